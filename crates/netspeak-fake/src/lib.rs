//! Small in-process servers with faults on demand.

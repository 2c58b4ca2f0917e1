//! retry_resolve_cancel

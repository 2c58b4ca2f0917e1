//! list_show

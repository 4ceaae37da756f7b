//! The arguments of one call where the caller put them: some by position, then some by name.
#![expect(unsafe_code, reason = "arguments are read where they lie")]

use pyo3::ffi;

type Object = *mut ffi::PyObject;

/// The arguments of one call; they live as long as the call.
#[derive(Debug)]
pub(crate) struct Arguments<'a> {
    /// Those given by position.
    pub(crate) positional: &'a [Object],
    /// Those given by name, …
    values: &'a [Object],
    /// … and the tuple of their names; null where there are none.
    names: Object,
}

impl Arguments<'_> {
    /// # Safety
    ///
    /// At `args` lie `n_positional` live objects, and behind them one for each text in the tuple `names`, which is null
    /// where there are none.
    #[inline]
    pub(crate) unsafe fn new(args: *const Object, n_positional: usize, names: Object) -> Self {
        // SAFETY: as the caller says; an empty list may come with no address at all.
        unsafe {
            let n_named = if names.is_null() { 0 } else { ffi::PyTuple_Size(names) as usize };
            if args.is_null() {
                return Self { positional: &[], values: &[], names: std::ptr::null_mut() };
            }
            let all = std::slice::from_raw_parts(args, n_positional + n_named);
            let (positional, values) = all.split_at(n_positional);
            Self { positional, values, names }
        }
    }

    /// How many are given by name.
    #[inline]
    pub(crate) fn n_named(&self) -> usize {
        self.values.len()
    }

    /// Those given by name, in the order of the call.
    pub(crate) fn named(&self) -> impl Iterator<Item = (Object, Object)> {
        // SAFETY: there is a name for each value.
        self.values
            .iter()
            .enumerate()
            .map(|(at, value)| (unsafe { ffi::PyTuple_GetItem(self.names, at as isize) }, *value))
    }

    /// The one that is given by a name; null where there is none. Names are most often the same object, which is
    /// looked for first.
    #[inline]
    pub(crate) fn by_name(&self, name: Object) -> Object {
        if self.values.is_empty() {
            return std::ptr::null_mut();
        }
        let same = self.named().find(|(given, _)| *given == name);
        // SAFETY: both are live texts, which compare without code of the program's own where they are exact.
        let equal = || self.named().find(|(given, _)| unsafe { ffi::PyUnicode_Compare(*given, name) == 0 });
        same.or_else(equal).map_or(std::ptr::null_mut(), |(_, value)| value)
    }
}

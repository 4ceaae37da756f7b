//! What to do with the instances of a type: found out once from its ancestors, without asking the type itself.
#![expect(unsafe_code, reason = "types are told apart by their address and flags")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

/// So many types are remembered; a program that makes classes without end starts over, at the cost of a few µs a class.
const N_PLANS_MAX: usize = 4096;

/// Where pydantic keeps the fields of a model that its class does not name.
pub(super) const EXTRA_SLOT: &str = "__pydantic_extra__";

/// What an instance is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Int,
    Float,
    Mapping,
    List,
    Tuple,
    Set,
    Bytes,
    ByteArray,
    Enum,
    DateTime,
    Date,
    Time,
    TimeDelta,
    Uuid,
    Decimal,
    Path,
    Complex,
    Exception,
    NumpyScalar,
    NumpyArray,
    Frame,
    Function,
    Class,
    Module,
    /// Its attributes, without the name of the class: dataclasses, attrs, pydantic.
    Record,
    /// The name of its class, and its attributes where it has any.
    Object,
    /// What the program registered for the type.
    Encoder,
}

/// What to do with the instances of one type.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) form: Form,
    /// `module.Class`, without `builtins`.
    pub(super) name: String,
    /// The descriptors of the slots, which are fields of the object itself and run no code.
    pub(super) slots: Vec<(String, Py<PyAny>)>,
    /// Whether instances have a `__dict__` that is worth asking for.
    pub(super) has_dict: bool,
    pub(super) encoder: Option<Py<PyAny>>,
    /// Keeps the type alive, so that its address means nothing else.
    _class: Py<PyType>,
}

static PLANS: Mutex<Option<HashMap<usize, Arc<Plan>>>> = Mutex::new(None);
static ENCODERS: PyOnceLock<Py<PyDict>> = PyOnceLock::new();

/// The plan for a type.
///
/// # Safety
///
/// `class` is a live type.
pub(super) unsafe fn of(py: Python<'_>, class: *mut ffi::PyTypeObject) -> Arc<Plan> {
    let known = PLANS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .as_ref()
        .and_then(|plans| plans.get(&(class as usize)).cloned());
    if let Some(plan) = known {
        return plan;
    }
    // SAFETY: a live type, as the caller says.
    let class = unsafe { Bound::from_borrowed_ptr(py, class.cast()).cast_into_unchecked::<PyType>() };
    let plan = Arc::new(make(&class));
    let forgotten = {
        let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
        let plans = plans.get_or_insert_default();
        let forgotten = (plans.len() >= N_PLANS_MAX).then(|| std::mem::take(plans));
        plans.insert(class.as_ptr() as usize, Arc::clone(&plan));
        forgotten
    };
    // Only now that the lock is free: releasing a type may run code of its metaclass, and that may be traced.
    drop(forgotten);
    plan
}

/// Registers what writes the instances of a type and its subtypes: a callable that answers something simpler.
#[pyfunction]
#[pyo3(signature = (cls, encoder))]
pub(crate) fn register(cls: &Bound<'_, PyType>, encoder: Py<PyAny>) -> PyResult<()> {
    let py = cls.py();
    let encoders = ENCODERS.get_or_init(py, || PyDict::new(py).unbind());
    encoders.bind(py).set_item(cls, encoder)?;
    let forgotten = PLANS.lock().unwrap_or_else(PoisonError::into_inner).take();
    drop(forgotten);
    Ok(())
}

/// Whether it is exactly what a coroutine function returns.
#[pyfunction]
pub(crate) fn is_coroutine(object: &Bound<'_, PyAny>) -> bool {
    static COROUTINE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = object.py();
    let class =
        COROUTINE.get_or_try_init(py, || -> PyResult<_> { Ok(py.import("types")?.getattr("CoroutineType")?.unbind()) });
    // SAFETY: only the address of the type is compared.
    class.is_ok_and(|class| unsafe { ffi::Py_TYPE(object.as_ptr()).cast() } == class.as_ptr())
}

/// The parts of `type` that look at a class without asking it or its metaclass.
struct Type<'py> {
    mro: Bound<'py, PyAny>,
    dict: Bound<'py, PyAny>,
    module: Bound<'py, PyAny>,
    qualname: Bound<'py, PyAny>,
}

impl<'py> Type<'py> {
    fn new(py: Python<'py>) -> PyResult<Self> {
        static PARTS: PyOnceLock<[Py<PyAny>; 4]> = PyOnceLock::new();
        let parts = PARTS.get_or_try_init(py, || -> PyResult<_> {
            let dict = py.get_type::<PyType>().getattr("__dict__")?;
            let part = |name: &str| dict.get_item(name).map(Bound::unbind);
            Ok([part("__mro__")?, part("__dict__")?, part("__module__")?, part("__qualname__")?])
        })?;
        let [mro, dict, module, qualname] = parts.each_ref().map(|part| part.bind(py).clone());
        Ok(Self { mro, dict, module, qualname })
    }

    fn ancestors(&self, class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyTuple>> {
        Ok(self.mro.call_method1("__get__", (class,))?.cast_into::<PyTuple>()?)
    }

    fn items(&self, class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        self.dict.call_method1("__get__", (class,))
    }

    /// `module` and `Class`, each empty where a class does not say.
    fn name(&self, class: &Bound<'py, PyAny>) -> (String, String) {
        let text = |value: PyResult<Bound<'py, PyAny>>| {
            value
                .ok()
                .and_then(|value| value.cast_into::<PyString>().ok())
                .map(|text| text.to_string_lossy().into_owned())
        };
        let module = text(self.module.call_method1("__get__", (class,)));
        let qualname = text(self.qualname.call_method1("__get__", (class,)));
        (module.unwrap_or_default(), qualname.unwrap_or_default())
    }
}

fn make(class: &Bound<'_, PyType>) -> Plan {
    let mut plan = Plan {
        form: Form::Object,
        name: "object".to_owned(),
        slots: Vec::new(),
        has_dict: false,
        encoder: None,
        _class: class.clone().unbind(),
    };
    // A class so strange that it cannot be looked at is an object without attributes.
    let _ = fill(&mut plan, class);
    plan
}

fn fill(plan: &mut Plan, class: &Bound<'_, PyType>) -> PyResult<()> {
    let py = class.py();
    let parts = Type::new(py)?;
    let (module, qualname) = parts.name(class.as_any());
    plan.name = full_name(&module, &qualname);
    let ancestors = parts.ancestors(class)?;
    if let Some(encoders) = ENCODERS.get(py) {
        for ancestor in ancestors.iter() {
            if let Some(encoder) = encoders.bind(py).get_item(ancestor)? {
                plan.form = Form::Encoder;
                plan.encoder = Some(encoder.unbind());
                break;
            }
        }
    }
    let mut form = by_flags(class);
    for ancestor in ancestors.iter() {
        let items = parts.items(&ancestor)?;
        let (module, qualname) = parts.name(&ancestor);
        if form.is_none() {
            form = by_name(&module, &qualname);
        }
        if form.is_none() && (items.contains("__dataclass_fields__")? || items.contains("__attrs_attrs__")?) {
            form = Some(Form::Record);
        }
        if module != "builtins" {
            collect_slots(&items, &mut plan.slots)?;
        }
    }
    plan.has_dict = has_dict(class);
    // An enumeration may be made of numbers or text; its value says which.
    if ancestors.iter().any(|ancestor| parts.name(&ancestor) == ("enum".to_owned(), "Enum".to_owned())) {
        form = Some(Form::Enum);
    }
    if plan.encoder.is_none() {
        plan.form = form.unwrap_or(Form::Object);
    }
    Ok(())
}

pub(super) fn full_name(module: &str, qualname: &str) -> String {
    match module {
        "" | "builtins" => qualname.to_owned(),
        _ => format!("{module}.{qualname}"),
    }
}

/// What the interpreter itself knows of a type, subclasses included.
fn by_flags(class: &Bound<'_, PyType>) -> Option<Form> {
    // SAFETY: a live type; its flags are a plain number.
    let flags = unsafe { ffi::PyType_GetFlags(class.as_ptr().cast()) };
    let forms = [
        (ffi::Py_TPFLAGS_UNICODE_SUBCLASS, Form::Text),
        (ffi::Py_TPFLAGS_DICT_SUBCLASS, Form::Mapping),
        (ffi::Py_TPFLAGS_LIST_SUBCLASS, Form::List),
        (ffi::Py_TPFLAGS_TUPLE_SUBCLASS, Form::Tuple),
        (ffi::Py_TPFLAGS_LONG_SUBCLASS, Form::Int),
        (ffi::Py_TPFLAGS_BYTES_SUBCLASS, Form::Bytes),
        (ffi::Py_TPFLAGS_BASE_EXC_SUBCLASS, Form::Exception),
        (ffi::Py_TPFLAGS_TYPE_SUBCLASS, Form::Class),
    ];
    forms.into_iter().find(|(flag, _)| flags & flag != 0).map(|(_, form)| form)
}

/// What a type is that bears a well-known name, or descends from one that does.
fn by_name(module: &str, qualname: &str) -> Option<Form> {
    Some(match (module, qualname) {
        ("builtins", "float") => Form::Float,
        ("builtins", "set" | "frozenset") => Form::Set,
        ("builtins", "bytearray") => Form::ByteArray,
        ("builtins", "complex") => Form::Complex,
        ("builtins", "module") => Form::Module,
        ("builtins", "function" | "builtin_function_or_method" | "method_descriptor")
        | ("tracewood._native", "Call") => Form::Function,
        ("datetime", "datetime") => Form::DateTime,
        ("datetime", "date") => Form::Date,
        ("datetime", "time") => Form::Time,
        ("datetime", "timedelta") => Form::TimeDelta,
        ("uuid", "UUID") => Form::Uuid,
        ("decimal", "Decimal") => Form::Decimal,
        ("pathlib" | "pathlib._local", "PurePath") => Form::Path,
        ("numpy", "generic") => Form::NumpyScalar,
        ("numpy", "ndarray") => Form::NumpyArray,
        (_, "DataFrame" | "Series") if module.starts_with("pandas") => Form::Frame,
        ("pydantic.main", "BaseModel") => Form::Record,
        _ => return None,
    })
}

fn has_dict(class: &Bound<'_, PyType>) -> bool {
    // An object of the interpreter's own has no attributes that a program set.
    // SAFETY: as for `by_flags`.
    unsafe { ffi::PyType_GetFlags(class.as_ptr().cast()) & ffi::Py_TPFLAGS_HEAPTYPE != 0 }
}

/// Adds the slots that a class itself has: descriptors of the type that `__slots__` makes.
fn collect_slots(items: &Bound<'_, PyAny>, slots: &mut Vec<(String, Py<PyAny>)>) -> PyResult<()> {
    static MEMBER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = items.py();
    let member = MEMBER
        .get_or_try_init(py, || -> PyResult<_> { Ok(py.import("types")?.getattr("MemberDescriptorType")?.unbind()) })?;
    let dict = PyDict::new(py);
    dict.update(items.cast::<pyo3::types::PyMapping>()?)?;
    for (name, value) in dict.iter() {
        // SAFETY: only the address of the type is compared.
        let is_member = unsafe { ffi::Py_TYPE(value.as_ptr()).cast() } == member.as_ptr();
        if !is_member {
            continue;
        }
        let Ok(name) = name.cast_into::<PyString>() else { continue };
        let name = name.to_string_lossy().into_owned();
        let is_special = name.starts_with("__") && name.ends_with("__") && name != EXTRA_SLOT;
        let is_known = slots.iter().any(|(known, _)| *known == name);
        if !is_special && !is_known {
            slots.push((name, value.unbind()));
        }
    }
    Ok(())
}

//! That SIGTERM ends a process whose main thread does not come to the handler that delivers first.
//!
//! Python runs a handler between two of its instructions. A main thread in a long call of a C library does not get
//! there, and one that is just about to wait in the system (`signal.pause`) may sleep with the signal already taken.
//! Without tracing both would end at once. So a timer follows the signal: it interrupts the main thread again and again
//! until the handler has begun, and after the time that the exit may take it ends the process as the system would.
//! There is no thread to it: one that exists before a fork is something that Python warns of.
#![cfg_attr(target_os = "linux", expect(unsafe_code, reason = "signals and timers have no safe interface"))]

use pyo3::prelude::*;

/// Follows a SIGTERM that Python's handler for it does not come to; to be called where that handler was just set.
///
/// On systems other than Linux the handler is alone.
#[pyfunction]
pub(crate) fn follow_sigterm() {
    #[cfg(target_os = "linux")]
    linux::follow();
}

/// How many seconds the handler may keep the process waiting before it begins.
#[pyfunction]
pub(crate) fn limit_sigterm(timeout: f64) {
    #[cfg(target_os = "linux")]
    linux::limit(timeout);
    #[cfg(not(target_os = "linux"))]
    let _ = timeout;
}

/// Ends the following: the handler has begun.
#[pyfunction]
pub(crate) fn handle_sigterm() {
    #[cfg(target_os = "linux")]
    linux::rest();
}

/// Timers are not inherited: a forked child gets one of its own.
pub(crate) fn after_fork_in_child() {
    #[cfg(target_os = "linux")]
    linux::enter_child();
}

#[cfg(target_os = "linux")]
mod linux {
    use std::mem::zeroed;
    use std::ptr::null_mut;
    use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU32, AtomicUsize, Ordering};

    use libc::{SIG_DFL, SIGTERM, c_int, c_long, c_void, sigaction};

    /// The time between two interruptions: not felt at the end of a process, and too rare to keep anything from working.
    const STEP_NANOS: c_long = 50_000_000;
    const STEPS_PER_SECOND: f64 = 20.0;

    type Handler = extern "C" fn(c_int);

    /// What Python has installed, which is called first; an address, 0 before anything is followed.
    static PYTHON_HANDLER: AtomicUsize = AtomicUsize::new(0);
    static TIMER: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
    /// The process whose timer that is; a child that was forked without Python's knowledge has none.
    static PID: AtomicI32 = AtomicI32::new(0);
    static NUDGE: AtomicI32 = AtomicI32::new(0);
    /// How many interruptions there are, and how many are left; what Python says is told by `limit`.
    static N_STEPS: AtomicU32 = AtomicU32::new(100);
    static N_LEFT: AtomicU32 = AtomicU32::new(0);

    pub(super) fn limit(timeout: f64) {
        N_STEPS.store((timeout.clamp(0.0, 3600.0) * STEPS_PER_SECOND) as u32 + 1, Ordering::Relaxed);
    }

    pub(super) fn follow() {
        let Some(python) = handler_of(SIGTERM) else { return };
        if python.sa_sigaction == address(on_sigterm) {
            return;
        }
        if !nudge_is_installed() || !make_timer() {
            return;
        }
        PYTHON_HANDLER.store(python.sa_sigaction, Ordering::Relaxed);
        // Everything else as Python wants it.
        let ours = sigaction { sa_sigaction: address(on_sigterm), ..python };
        unsafe { libc::sigaction(SIGTERM, &raw const ours, null_mut()) };
    }

    pub(super) fn rest() {
        set_timer(0);
    }

    pub(super) fn enter_child() {
        if PID.load(Ordering::Relaxed) != 0
            && handler_of(SIGTERM).is_some_and(|now| now.sa_sigaction == address(on_sigterm))
        {
            make_timer();
        }
    }

    fn address(handler: Handler) -> usize {
        handler as usize
    }

    /// A handler of the plain sort; `None` if there is no handler, or one that wants to know more.
    fn handler_of(signal: c_int) -> Option<sigaction> {
        let mut now: sigaction = unsafe { zeroed() };
        let is_known = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut now) } == 0;
        let is_handler = now.sa_sigaction > libc::SIG_IGN && now.sa_flags & libc::SA_SIGINFO == 0;
        (is_known && is_handler).then_some(now)
    }

    /// Takes a signal of the real-time ones that nobody uses, whose only effect is that a wait in the system ends.
    fn nudge_is_installed() -> bool {
        if NUDGE.load(Ordering::Relaxed) != 0 {
            return true;
        }
        for signal in (libc::SIGRTMIN()..=libc::SIGRTMAX()).rev() {
            let mut ours: sigaction = unsafe { zeroed() };
            let is_known = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut ours) } == 0;
            if !is_known || ours.sa_sigaction != SIG_DFL {
                continue;
            }
            ours.sa_sigaction = address(on_nudge);
            // Without SA_RESTART: that waits end is the point. On the stack that whoever has one of their own set up.
            ours.sa_flags = libc::SA_ONSTACK;
            if unsafe { libc::sigaction(signal, &raw const ours, null_mut()) } == 0 {
                NUDGE.store(signal, Ordering::Relaxed);
                return true;
            }
        }
        false
    }

    /// A timer of this process, which goes to its main thread.
    fn make_timer() -> bool {
        let mut timer = null_mut();
        let pid = unsafe { libc::getpid() };
        let mut event: libc::sigevent = unsafe { zeroed() };
        event.sigev_notify = libc::SIGEV_THREAD_ID;
        event.sigev_signo = NUDGE.load(Ordering::Relaxed);
        // The main thread's id is that of the process.
        event.sigev_notify_thread_id = pid;
        if unsafe { libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut timer) } != 0 {
            return false;
        }
        TIMER.store(timer, Ordering::Relaxed);
        PID.store(pid, Ordering::Relaxed);
        true
    }

    /// May be called by handlers of signals, as everything from here on.
    fn set_timer(step_nanos: c_long) {
        if PID.load(Ordering::Relaxed) != unsafe { libc::getpid() } {
            return;
        }
        let step = libc::timespec { tv_sec: 0, tv_nsec: step_nanos };
        let times = libc::itimerspec { it_interval: step, it_value: step };
        unsafe { libc::timer_settime(TIMER.load(Ordering::Relaxed), 0, &raw const times, null_mut()) };
    }

    extern "C" fn on_sigterm(signal: c_int) {
        let python = PYTHON_HANDLER.load(Ordering::Relaxed);
        // The address is that of a handler: `handler_of` answered it.
        let python: Handler = unsafe { std::mem::transmute(python) };
        python(signal);
        let errno = unsafe { *libc::__errno_location() };
        N_LEFT.store(N_STEPS.load(Ordering::Relaxed), Ordering::Relaxed);
        set_timer(STEP_NANOS);
        unsafe { *libc::__errno_location() = errno };
    }

    extern "C" fn on_nudge(_: c_int) {
        let n_left = N_LEFT.load(Ordering::Relaxed);
        N_LEFT.store(n_left.saturating_sub(1), Ordering::Relaxed);
        if n_left > 0 {
            return;
        }
        unsafe {
            let mut usual: sigaction = zeroed();
            usual.sa_sigaction = SIG_DFL;
            libc::sigaction(SIGTERM, &raw const usual, null_mut());
            libc::raise(SIGTERM);
        }
    }
}

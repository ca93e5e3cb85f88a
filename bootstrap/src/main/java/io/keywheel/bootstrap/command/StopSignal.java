package io.keywheel.bootstrap.command;

import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;

/// Handles SIGTERM and SIGINT: the first requests a stop, the second ends the JVM at once, with
/// [ExitStatus#FAILED].
///
/// Not a shutdown hook: the JVM ignores every signal after the one that runs the hooks, and would exit with
/// 143.
public final class StopSignal {

    private final CountDownLatch asked = new CountDownLatch(1);

    private StopSignal() {}

    public static StopSignal listen() {
        var stop = new StopSignal();
        handle("TERM", stop::onSignal);
        handle("INT", stop::onSignal);
        return stop;
    }

    /// Blocks until a stop is requested, or until this thread is interrupted.
    public void await() {
        try {
            asked.await();
        } catch (InterruptedException _) {
            // This thread is interrupted only to end the program.
            Thread.currentThread().interrupt();
        }
    }

    public boolean isAsked() {
        return asked.getCount() == 0;
    }

    /// Requests a stop without a signal.
    void ask() {
        asked.countDown();
    }

    private synchronized void onSignal() {
        if (isAsked()) {
            Runtime.getRuntime().halt(ExitStatus.FAILED);
        }
        asked.countDown();
    }

    /// Runs `action` in a new thread for each later signal `name`. A signal that the parent process set to
    /// ignored stays ignored, such as SIGHUP under `nohup`.
    ///
    /// Uses reflection: javac warns at each use of `sun.misc.Signal`, and the warning cannot be suppressed. No
    /// supported API receives a signal without ending the JVM.
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object calling = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (_, _, _) -> {
                action.run();
                return null;
            });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java cannot handle SIG" + name, e);
        }
    }
}

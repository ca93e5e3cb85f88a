package io.keywheel.bootstrap.command;

import java.lang.reflect.Proxy;

/// The signals that other programs send to this one.
final class Signals {

    private Signals() {}

    /// Does `action` for each signal of the name, from now on, on a thread of its own. One that the program was
    /// started to ignore stays ignored, as SIGHUP is under `nohup`.
    ///
    /// By reflection: javac warns wherever `sun.misc.Signal` is named and the warning cannot be suppressed.
    /// No supported API receives a signal without ending the JVM.
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

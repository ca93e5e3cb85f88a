package io.keywheel.bootstrap.command;

import io.keywheel.bootstrap.log.Logging;
import java.lang.System.Logger.Level;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Handles SIGTERM and SIGINT: the first requests a stop, the second ends the JVM immediately, with
/// [ExitStatus#FAILED]. Signals within half a second are one: `timeout` sends two, and so do parents that forward
/// what the terminal has sent to all.
///
/// Not a shutdown hook: the JVM ignores every signal after the one that runs the hooks, and would exit with 143.
public final class StopSignal {

    private static final System.Logger LOG = System.getLogger("io.keywheel.gateway");
    private static final long ONE_SIGNAL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration UPKEEP_PERIOD = Duration.ofSeconds(10);

    private final CountDownLatch requested = new CountDownLatch(1);
    private final LongSupplier nanoTime;
    private final Duration upkeepPeriod;
    private final Runnable halt;

    /// When the first signal came; null if none has.
    private @Nullable Long firstNanos;

    StopSignal(LongSupplier nanoTime, Duration upkeepPeriod, Runnable halt) {
        this.nanoTime = nanoTime;
        this.upkeepPeriod = upkeepPeriod;
        this.halt = halt;
    }

    /// @param chats returns how many chats are active, for the log
    public static StopSignal listen(IntSupplier chats) {
        var stop = new StopSignal(System::nanoTime, UPKEEP_PERIOD, () -> {
            try {
                LOG.log(Level.ERROR, "Stopped by a second signal; chats cut off: " + chats.getAsInt());
                Logging.flush();
            } finally {
                Runtime.getRuntime().halt(ExitStatus.FAILED);
            }
        });
        handle("TERM", stop::onSignal);
        handle("INT", stop::onSignal);
        return stop;
    }

    /// Blocks until a stop is requested, or until this thread is interrupted.
    ///
    /// @param upkeep runs on this thread every ten seconds until then
    public void await(Runnable upkeep) {
        try {
            while (!requested.await(upkeepPeriod.toNanos(), TimeUnit.NANOSECONDS)) {
                upkeep.run();
            }
        } catch (InterruptedException _) {
            // This thread is interrupted only to end the program.
            Thread.currentThread().interrupt();
        }
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    void request() {
        requested.countDown();
    }

    synchronized void onSignal() {
        long now = nanoTime.getAsLong();
        if (firstNanos == null) {
            firstNanos = now;
            request();
        } else if (now - firstNanos >= ONE_SIGNAL_NANOS) {
            halt.run();
        }
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

package io.keywheel.bootstrap.settings.clients;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/// How many files the system lets this program have open at once. A connection is one, to a
/// client or a provider.
///
/// @param most [Long#MAX_VALUE] if unknown
public record OpenFiles(long most) {

    /// An idle gateway has some 70: its jars, log and listener. The others are for temporary files and idle
    /// connections to providers.
    private static final int OWN = 128;

    /// The JVM has raised its soft limit to the hard one by then.
    public static OpenFiles ofThisProgram() {
        return new OpenFiles(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /// What to warn of, if the system's bound is met before the gateway's own ones are.
    ///
    /// @param clients the most connections of clients at once
    /// @param calls the most calls to providers at once
    public Optional<String> warning(int clients, int calls) {
        long needed = (long) clients + calls + OWN;
        if (needed <= most) {
            return Optional.empty();
        }
        return Optional.of(
                ("the system lets this program have %d files open, but %d may be needed: %d for connections of"
                                + " clients, %d for calls to providers, %d of its own. Where they run out, it ends. Raise the hard"
                                + " limit: 'ulimit -Hn', LimitNOFILE= of a systemd unit, --ulimit nofile= of a container")
                        .formatted(most, needed, clients, calls, OWN));
    }
}

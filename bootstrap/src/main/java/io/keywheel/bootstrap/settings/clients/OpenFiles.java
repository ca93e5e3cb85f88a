package io.keywheel.bootstrap.settings.clients;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/// The system's limit of open files for this process. Each connection to a client or a provider uses one.
///
/// @param most the limit; [Long#MAX_VALUE] if unknown
public record OpenFiles(long most) {

    /// An idle gateway uses about 70, for its jars, log and listener. The others are for temporary files and
    /// idle connections to providers.
    private static final int OWN = 128;

    /// The JVM has raised the soft limit to the hard limit at its start.
    public static OpenFiles ofThisProgram() {
        return new OpenFiles(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /// A warning if the system's limit is lower than the gateway's limits together.
    ///
    /// @param clients the most concurrent client connections
    /// @param calls the most concurrent calls to providers
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

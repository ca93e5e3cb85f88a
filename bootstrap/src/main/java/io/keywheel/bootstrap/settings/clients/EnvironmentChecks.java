package io.keywheel.bootstrap.settings.clients;

import com.sun.management.UnixOperatingSystemMXBean;
import io.keywheel.adapters.http.HttpGateway;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Checks valid settings against the current time and the limit of open files.
///
/// @param openFiles the system's limit for this process; [Long#MAX_VALUE] if unknown
public record EnvironmentChecks(Instant now, long openFiles) {

    private static final Duration SOON = Duration.ofDays(14);

    private static final String NEW_ONE = "; a restart reads a new one from KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY";

    /// Open files of the gateway itself. An idle one uses about 70, for its jars, log and listener. The others are for
    /// temporary files and idle connections to providers.
    private static final int OWN_FILES = 128;

    /// The current time and limits. At its start, the JVM has raised the soft limit to the hard limit.
    public static EnvironmentChecks here() {
        return new EnvironmentChecks(
                InstantSource.system().instant(),
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        ? system.getMaxFileDescriptorCount()
                        : Long.MAX_VALUE);
    }

    /// How many sockets the system permits beside the gateway's own files.
    public long sockets() {
        return openFiles - OWN_FILES;
    }

    /// Warnings about the expiry of the TLS certificate and about too few file descriptors.
    public List<String> warnings(ListenerSettings listener) {
        var warnings = new ArrayList<String>();
        Tls tls = listener.tls();
        if (tls != null && now.isBefore(tls.from())) {
            warnings.add("the TLS certificate is valid only from %s on: until then, clients refuse it"
                    .formatted(tls.from()));
        } else if (tls != null && !now.isBefore(tls.until())) {
            warnings.add("the TLS certificate expired on %s: clients refuse it".formatted(tls.until()) + NEW_ONE);
        } else if (tls != null && !now.isBefore(tls.until().minus(SOON))) {
            Duration left = Duration.between(now, tls.until());
            String written = left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
            warnings.add("the TLS certificate expires on %s, in %s".formatted(tls.until(), written) + NEW_ONE);
        }
        int most = listener.maxRequests();
        int clients = HttpGateway.connectionLimit(most, tls != null, Long.MAX_VALUE);
        int calls = HttpGateway.chatLimit(most);
        if ((long) clients + calls > sockets()) {
            warnings.add(("the system lets this program have %s files open, but %s may be needed: %s for connections of"
                            + " clients, %s for calls to providers, %s of its own. So it accepts %s connections at most."
                            + " Raise the hard limit: 'ulimit -Hn', LimitNOFILE= of a systemd unit, --ulimit nofile= of a"
                            + " container")
                    .formatted(
                            openFiles,
                            (long) clients + calls + OWN_FILES,
                            clients,
                            calls,
                            OWN_FILES,
                            HttpGateway.connectionLimit(most, tls != null, sockets())));
        }
        return warnings;
    }
}

package io.keywheel.bootstrap.settings.clients;

import io.keywheel.adapters.http.HttpGateway;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks valid settings against the current time and the limit of open files.
public record EnvironmentChecks(Instant now, OpenFiles files) {

    private static final Duration SOON = Duration.ofDays(14);

    private static final String NEW_ONE = "; a new one in KEYWHEEL_TLS_CERT and KEYWHEEL_TLS_KEY wants a restart";

    /// The current time and the limits of this process.
    public static EnvironmentChecks here() {
        return new EnvironmentChecks(InstantSource.system().instant(), OpenFiles.ofThisProgram());
    }

    /// Warnings about the expiry of the TLS certificate and about too few file descriptors.
    public List<String> warnings(ListenerSettings listener) {
        var warnings = new ArrayList<String>();
        Tls tls = listener.tls();
        if (tls != null) {
            warning(tls).ifPresent(warnings::add);
        }
        files.warning(
                        HttpGateway.connectionLimit(listener.maxRequests(), tls != null),
                        HttpGateway.chatLimit(listener.maxRequests()))
                .ifPresent(warnings::add);
        return warnings;
    }

    private Optional<String> warning(Tls tls) {
        if (now.isBefore(tls.from())) {
            return Optional.of(
                    "the TLS certificate holds only from %s on: until then, clients refuse it".formatted(tls.from()));
        }
        if (!now.isBefore(tls.until())) {
            return Optional.of("the TLS certificate expired on %s: clients refuse it".formatted(tls.until()) + NEW_ONE);
        }
        Duration left = Duration.between(now, tls.until());
        return left.compareTo(SOON) > 0
                ? Optional.empty()
                : Optional.of(
                        "the TLS certificate expires on %s, in %s".formatted(tls.until(), written(left)) + NEW_ONE);
    }

    private static String written(Duration left) {
        return left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
    }
}

package io.keywheel.adapters.metrics;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The gauges of the gateway as a whole.
record GatewayGauges(Meters meters) {

    void describe(String version, @Nullable Instant certificateExpiry) {
        meters.gauge(
                "keywheel.build.info",
                "The version of Keywheel and of Java",
                () -> 1,
                "version",
                version,
                "java",
                Runtime.version().toString());
        if (certificateExpiry != null) {
            meters.gauge(
                    "keywheel.tls.certificate.expiry.timestamp.seconds",
                    "Expiry of the TLS certificate, in seconds since 1970",
                    certificateExpiry::getEpochSecond);
        }
    }

    void watch(PrometheusMetrics.Sources sources) {
        meters.gauge("keywheel.requests.waiting", "Requests that wait for a key", sources.waiting()::getAsInt);
        meters.gauge("keywheel.requests.in.flight", "Active chats", sources.activeChats()::getAsInt);
        meters.gauge(
                "keywheel.last.reload.successful",
                "Whether the last reload of the settings succeeded",
                () -> toNumber(sources.reloaded().getAsBoolean()));
        addIfPresent(
                "keywheel.shared.state.up",
                "Whether the store of shared state is connected; 0 means that this gateway is alone",
                sources.storeConnected());
        addIfPresent(
                "keywheel.usage.saved",
                "Whether usage is saved; 0 means that it stays in memory",
                sources.usageSaved());
    }

    private void addIfPresent(String name, String description, Supplier<Optional<Boolean>> value) {
        if (value.get().isPresent()) {
            meters.gauge(name, description, () -> toNumber(value.get().orElse(false)));
        }
    }

    private static int toNumber(boolean value) {
        return value ? 1 : 0;
    }
}

package io.keywheel.bootstrap.settings;

import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;

/// Who the gateway is over TLS.
///
/// @param names the hosts that its certificate is for
/// @param from when the certificate begins to hold
/// @param until when it ceases to
public record Tls(SSLContext context, List<String> names, Instant from, Instant until) {

    public Tls {
        names = List.copyOf(names);
    }

    /// As `gateway.example, 192.0.2.1, until 2027-01-01T00:00:00Z`.
    @Override
    public String toString() {
        return String.join(", ", names) + ", until " + until;
    }
}

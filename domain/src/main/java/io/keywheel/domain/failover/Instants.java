package io.keywheel.domain.failover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The earlier and the later of two instants. For [#earlier], null means never.
public final class Instants {

    private Instants() {}

    public static <I extends @Nullable Instant> I earlier(I a, I b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.isBefore(b) ? a : b;
    }

    public static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}

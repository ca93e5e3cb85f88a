package io.keywheel.adapters.http;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.health.PoolStatus;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.health.PoolStatus.Tally;
import io.keywheel.domain.health.Standing;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Pools to show.
final class Pools {

    static final Standing READY = new Standing.Ready();
    static final Standing COOLING = new Standing.Cooling(
            Failure.Kind.RATE_LIMITED, false, Samples.NOW.minusSeconds(1), Samples.NOW.plusSeconds(30));

    private Pools() {}

    static PoolStatus allReady() {
        return of(READY, READY);
    }

    static PoolStatus of(Standing groq, Standing cerebras) {
        return Samples.status(provider(Samples.GROQ, groq), provider(Samples.CEREBRAS, cerebras));
    }

    static ProviderStatus provider(ProviderId id, Standing... standings) {
        return new ProviderStatus(
                id,
                new ModelId("gpt-oss-120b"),
                IntStream.range(0, standings.length)
                        .mapToObj(i -> new KeyStatus(
                                Samples.key(id, i + 1),
                                standings[i],
                                List.of(),
                                List.of(),
                                new Tally(0, Map.of(), null)))
                        .toList(),
                0);
    }
}

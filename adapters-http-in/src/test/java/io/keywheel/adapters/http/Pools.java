package io.keywheel.adapters.http;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.status.KeyState;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import io.keywheel.domain.status.PoolStatus.Tally;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Pools to show.
public final class Pools {

    static final KeyState READY = new KeyState.Ready();
    public static final KeyState COOLING = new KeyState.Cooling(
            Failure.Kind.RATE_LIMITED, false, Samples.NOW.minusSeconds(1), Samples.NOW.plusSeconds(30));

    private Pools() {}

    static PoolStatus allReady() {
        return of(READY, READY);
    }

    public static PoolStatus of(KeyState groq, KeyState cerebras) {
        return Samples.status(provider(Samples.GROQ, groq), provider(Samples.CEREBRAS, cerebras));
    }

    static ProviderStatus provider(ProviderId id, KeyState... standings) {
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
                (int) Arrays.stream(standings)
                        .filter(KeyState.Ready.class::isInstance)
                        .count(),
                0);
    }
}

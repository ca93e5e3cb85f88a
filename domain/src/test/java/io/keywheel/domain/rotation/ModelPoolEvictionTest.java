package io.keywheel.domain.rotation;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.KeySelector;
import io.keywheel.domain.failover.RequestAttempts;
import io.keywheel.domain.failover.Step;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.Route;
import io.keywheel.domain.routing.RouteTarget;
import io.keywheel.domain.status.PoolStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelPoolEvictionTest extends PoolFixture {

    /// Exceeds every limit on remembered models.
    private static final int MANY = 2_000;

    private static final Failure LIMITED = limited(Duration.ofHours(1));

    private final TestPool pool = new TestPool(keys(GROQ, "a", "b"));

    /// History of a model before many unknown names are requested.
    enum Past {
        DEFAULT_LIMITED,
        LIMITED_ONLY,
        ANSWERED_AND_LIMITED,
        ANSWERED_AND_UNAVAILABLE,
        UNAVAILABLE_AND_ANSWERED,
        DEFAULT_BEFORE_A_RELOAD
    }

    @ParameterizedTest
    @EnumSource
    void unknown_model_names_do_not_evict_a_model_in_use(Past past) {
        ModelId model = past == Past.DEFAULT_LIMITED || past == Past.DEFAULT_BEFORE_A_RELOAD ? BIG : SMALL;
        Step.Attempt first = pool.attempt(groqs(model));
        switch (past) {
            case DEFAULT_LIMITED, LIMITED_ONLY -> pool.failed(first, LIMITED);
            case ANSWERED_AND_LIMITED -> {
                pool.answering(first);
                pool.failed(first, LIMITED);
            }
            case ANSWERED_AND_UNAVAILABLE -> {
                pool.answering(first);
                pool.failed(first, new Failure.ModelUnavailable(NO));
            }
            case UNAVAILABLE_AND_ANSWERED -> {
                pool.failed(first, new Failure.ModelUnavailable(NO));
                pool.answered(pool.attempt(groqs(model)));
            }
            case DEFAULT_BEFORE_A_RELOAD -> {
                pool.failed(first, LIMITED);
                pool.reload(keys(GROQ, SMALL, "a", "b"));
            }
        }

        refuse(0, MANY);

        assertEquals("groq/2", pool.answeredBy(groqs(model)));
        assertEquals("groq/2", pool.answeredBy(groqs(model)), "groq/1 still cools");
    }

    @Test
    void pool_keeps_the_latest_64_refused_models_and_models_in_use() {
        pool.failed(pool.attempt(groqs(SMALL)), LIMITED);

        for (int i = 0; i < MANY; i++) {
            refuse(i, i + 1);
            if (i % 100 == 0) {
                pool.answeredBy(groqs(SMALL));
            }
        }

        assertEquals(List.of(SMALL, named(MANY - 1)), knownOf("groq/1").subList(0, 2), "in use, and the latest");
        assertEquals(1 + 1 + 64, known());
        assertEquals("groq/1", slot(pool.attempt(groqs(named(0)))), "long forgotten");
    }

    @Test
    void unconfirmed_models_evict_only_each_other() {
        pool.answered(pool.attempt(groqs(SMALL)));
        pool.failed(pool.attempt(groqs(SMALL)), LIMITED);
        refuse(0, 1);

        for (int i = 1; i < MANY; i++) {
            pool.failed(pool.attempt(groqs(named(i))), LIMITED);
        }

        assertEquals(SMALL, knownOf("groq/2").getFirst());
        assertEquals("groq/2", slot(pool.attempt(groqs(named(0)))), "still refused with groq/1");
        assertEquals(1 + 1 + 1 + 64, known());
    }

    @Test
    void reload_keeps_the_eviction_order_of_models() {
        pool.answered(pool.attempt(groqs(SMALL)));
        pool.failed(pool.attempt(groqs(SMALL)), LIMITED);
        refuse(0, 1);

        pool.reload(keys(GROQ, "a", "b", "c"));
        refuse(1, 64);
        assertEquals(1 + 1 + 64, known());
        refuse(64, MANY);

        assertEquals(SMALL, knownOf("groq/2").getFirst());
        assertEquals(1 + 1 + 64, known());
    }

    @Test
    void pool_keeps_at_most_1024_answered_models() {
        for (int i = 0; i < MANY; i++) {
            pool.answered(pool.attempt(groqs(named(i))));
        }

        assertEquals(1 + 1024, known());
    }

    @Test
    void configured_models_are_never_evicted() {
        ProviderProfile manyKeys = groq(2_000);
        var names = IntStream.range(0, 60)
                .mapToObj(i -> new RouteTarget(GROQ, named(i)))
                .collect(toSet());
        pool.reload("named", Route.of(List.copyOf(names)), manyKeys);
        names.forEach(name -> pool.failed(pool.attempt(Route.to(name)), LIMITED));

        refuse(100, 110);

        assertEquals(1 + 60 + 4, known());
        for (RouteTarget name : names) {
            Step.Attempt attempt = pool.attempt(Route.to(name));
            assertEquals("groq/2", slot(attempt));
            pool.answered(attempt);
        }
        assertEquals(1 + 60 + 4, known());
        pool.reload(manyKeys);
        assertEquals(1 + 50 + 4, known());
    }

    @Test
    void pool_of_many_keys_keeps_fewer_models() {
        pool.reload(groq(10_000));

        for (int i = 0; i < 20; i++) {
            pool.answered(pool.attempt(groqs(named(i))));
            refuse(20 + i, 21 + i);
            pool.failed(pool.attempt(groqs(named(40 + i))), limited(null));
        }

        assertEquals(1 + 16 + 4 + 4, known());
    }

    @Test
    void waiting_request_does_not_retry_the_keys_of_an_evicted_model() {
        RequestAttempts waiting = pool.request(groqs(named(0))).waitingUntil(START.plus(Duration.ofHours(2)));
        waiting = pool.failing(pool.failing(waiting, LIMITED), LIMITED);
        assertEquals(pool.readyIn(Duration.ofHours(1)), pool.choose(waiting));

        for (int i = 1; i < 100; i++) {
            pool.failed(pool.attempt(groqs(named(i))), LIMITED);
        }

        assertEquals(new KeySelector.NoneReady(null, null), pool.choose(waiting));
    }

    private static ModelId named(int number) {
        return new ModelId("named-" + number);
    }

    private void refuse(int from, int to) {
        for (int i = from; i < to; i++) {
            pool.failed(pool.attempt(groqs(named(i))), new Failure.ModelUnavailable(NO));
        }
    }

    /// The number of remembered models, including the default one.
    private int known() {
        ProviderStatus provider = pool.status().providers().getFirst();
        int shown = Math.clamp(20_000 / provider.keys().size(), 1, 50);
        assertTrue(provider.moreModels() > 0, "fewer than are shown");
        return shown + provider.moreModels();
    }

    private List<ModelId> knownOf(String place) {
        return pool.status().providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .filter(key -> key.key().slot().toString().equals(place))
                .flatMap(key -> key.models().stream())
                .map(PoolStatus.ModelStatus::model)
                .toList();
    }
}

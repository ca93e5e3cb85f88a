package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.BIG;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Choice;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForgettingTest {

    @Test
    void a_flood_of_model_names_does_not_push_out_what_is_known_of_default_models() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.failed(pool.attempt(groqs(BIG)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 10_000; i++) {
            pool.attempt(groqs(new ModelId("invented-" + i)));
        }

        assertTrue(pool.choose(pool.journey(groqs(BIG))) instanceof Choice.NoneReady);
    }

    @Test
    void a_million_model_names_leave_no_more_than_the_latest_and_those_in_use() {
        var pool = new Pool(provider(GROQ, "a", "b"));
        pool.failed(pool.attempt(groqs(SMALL)), limited(Duration.ofHours(1)));

        for (int i = 0; i < 1_000_000; i++) {
            var invented = new ModelId("invented-" + i);
            pool.failed(pool.attempt(groqs(invented)), new Failure.ModelUnavailable(NO));
            if (i % 1000 == 0) {
                pool.answeredBy(groqs(SMALL));
            }
        }

        List<ModelId> known = modelsKnownOf("groq/1", pool);
        assertTrue(known.size() <= 1024, () -> known.size() + " models");
        assertEquals(new ModelId("invented-999999"), known.getLast());
        assertTrue(known.contains(SMALL), "in use");
        assertEquals("groq/2", pool.answeredBy(groqs(SMALL)));
        assertEquals("groq/1", Pool.place(pool.attempt(groqs(new ModelId("invented-0")))), "long forgotten");
    }

    @Test
    void of_a_large_pool_fewer_models_are_remembered() {
        var groups = new String[10_000];
        Arrays.setAll(groups, i -> "org-" + i);
        var pool = new Pool(provider(GROQ, groups));

        for (int i = 0; i < 100; i++) {
            pool.failed(pool.attempt(groqs(new ModelId("invented-" + i))), new Failure.ModelUnavailable(NO));
        }

        assertEquals(16, modelsKnownOf("groq/1", pool).size());
    }

    private static List<ModelId> modelsKnownOf(String place, Pool pool) {
        return pool.wheel.status(pool.now).providers().stream()
                .flatMap(provider -> provider.keys().stream())
                .filter(key -> key.key().slot().toString().equals(place))
                .flatMap(key -> key.models().stream())
                .map(PoolStatus.ModelStatus::model)
                .toList();
    }
}

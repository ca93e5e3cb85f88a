package io.keywheel.domain.health;

import static io.keywheel.domain.health.Pool.A_MINUTE;
import static io.keywheel.domain.health.Pool.GROQ;
import static io.keywheel.domain.health.Pool.NO;
import static io.keywheel.domain.health.Pool.SMALL;
import static io.keywheel.domain.health.Pool.groqs;
import static io.keywheel.domain.health.Pool.limited;
import static io.keywheel.domain.health.Pool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.health.PoolStatus.KeyStatus;
import io.keywheel.domain.health.PoolStatus.ProviderStatus;
import io.keywheel.domain.routing.ModelId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is shown of a pool in which many models were named.
class ManyModelsTest {

    @Test
    void shows_50_models_of_a_key_and_tells_how_many_more_there_are() {
        for (int models : List.of(0, 1, 49, 50, 1000)) {
            var pool = new Pool(provider(GROQ, "a", "a"));
            for (int i = 0; i < models; i++) {
                var model = groqs(new ModelId("model-" + i));
                pool.answered(pool.attempt(model));
                pool.failed(pool.attempt(model), limited(A_MINUTE));
            }

            ProviderStatus shown = pool.wheel.status(pool.now).providers().getFirst();

            // One of the 50 is the default model, which nothing is known of.
            for (KeyStatus key : shown.keys()) {
                assertEquals(Math.min(models, 49), key.models().size());
                assertEquals(Math.min(models, 49), key.known().size());
            }
            assertEquals(Math.max(0, models - 49), shown.moreModels());
        }
    }

    @Test
    void models_that_were_answered_are_shown_before_names_that_were_refused() {
        var pool = new Pool(provider(GROQ, "a"));
        pool.answered(pool.attempt(groqs(SMALL)));
        pool.failed(pool.attempt(groqs(SMALL)), limited(A_MINUTE));
        for (int i = 0; i < 100; i++) {
            pool.failed(pool.attempt(groqs(new ModelId("invented-" + i))), new Failure.ModelUnavailable(NO));
        }

        assertEquals(
                SMALL,
                pool.wheel
                        .status(pool.now)
                        .providers()
                        .getFirst()
                        .keys()
                        .getFirst()
                        .models()
                        .getFirst()
                        .model());
    }

    @Test
    void shows_fewer_models_of_each_key_where_there_are_very_many_keys() {
        var groups = new String[10_000];
        Arrays.fill(groups, "org");
        var pool = new Pool(provider(GROQ, groups));
        for (int i = 0; i < 16; i++) {
            var model = groqs(new ModelId("model-" + i));
            pool.answered(pool.attempt(model));
            pool.failed(pool.attempt(model), limited(A_MINUTE));
        }

        ProviderStatus shown = pool.wheel.status(pool.now).providers().getFirst();

        assertTrue(shown.keys().stream().allMatch(key -> key.models().size() == 1));
        assertEquals(15, shown.moreModels());
    }
}

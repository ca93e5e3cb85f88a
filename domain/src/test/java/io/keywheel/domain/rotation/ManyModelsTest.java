package io.keywheel.domain.rotation;

import static io.keywheel.domain.rotation.TestPool.A_MINUTE;
import static io.keywheel.domain.rotation.TestPool.GROQ;
import static io.keywheel.domain.rotation.TestPool.NO;
import static io.keywheel.domain.rotation.TestPool.SMALL;
import static io.keywheel.domain.rotation.TestPool.groqs;
import static io.keywheel.domain.rotation.TestPool.limited;
import static io.keywheel.domain.rotation.TestPool.provider;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.status.PoolStatus.KeyStatus;
import io.keywheel.domain.status.PoolStatus.ProviderStatus;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is shown of a pool in which many models were named.
class ManyModelsTest {

    @Test
    void shows_50_models_of_a_key_and_tells_how_many_more_there_are() {
        for (int models : List.of(0, 1, 49, 50, 1000)) {
            var testPool = new TestPool(provider(GROQ, "a", "a"));
            for (int i = 0; i < models; i++) {
                var model = groqs(new ModelId("model-" + i));
                testPool.answered(testPool.attempt(model));
                testPool.failed(testPool.attempt(model), limited(A_MINUTE));
            }

            ProviderStatus shown =
                    testPool.keyPool.status(testPool.now).providers().getFirst();

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
        var testPool = new TestPool(provider(GROQ, "a"));
        testPool.answered(testPool.attempt(groqs(SMALL)));
        testPool.failed(testPool.attempt(groqs(SMALL)), limited(A_MINUTE));
        for (int i = 0; i < 100; i++) {
            testPool.failed(testPool.attempt(groqs(new ModelId("invented-" + i))), new Failure.ModelUnavailable(NO));
        }

        assertEquals(
                SMALL,
                testPool.keyPool
                        .status(testPool.now)
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
        var testPool = new TestPool(provider(GROQ, groups));
        for (int i = 0; i < 16; i++) {
            var model = groqs(new ModelId("model-" + i));
            testPool.answered(testPool.attempt(model));
            testPool.failed(testPool.attempt(model), limited(A_MINUTE));
        }

        ProviderStatus shown = testPool.keyPool.status(testPool.now).providers().getFirst();

        assertTrue(shown.keys().stream().allMatch(key -> key.models().size() == 1));
        assertEquals(15, shown.moreModels());
    }
}

package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.QuotaGroup;
import io.keywheel.domain.routing.Target;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceCacheTest {

    private static final ProviderId GROQ = new ProviderId("groq");

    private final AtomicInteger made = new AtomicInteger();
    private final InstanceCache<Object> instances = new InstanceCache<>(target -> {
        made.incrementAndGet();
        return new Object();
    });

    @Test
    void default_model_instance_is_cached_per_key() {
        assertSame(instances.of(target(1, "m", true)), instances.of(target(1, "m", true)));
        assertNotSame(instances.of(target(1, "m", true)), instances.of(target(2, "m", true)));
        assertEquals(2, made.get());
    }

    @Test
    void named_model_gets_a_new_instance_per_request() {
        assertNotSame(instances.of(target(1, "m", false)), instances.of(target(1, "m", false)));
        assertNotSame(instances.of(target(1, "m", true)), instances.of(target(1, "m", false)));
        assertEquals(4, made.get());
    }

    @Test
    void changed_default_model_gets_a_new_instance() {
        Object old = instances.of(target(1, "m", true));
        assertNotSame(old, instances.of(target(1, "n", true)));
    }

    @Test
    void concurrent_requests_create_one_instance() {
        List<Object> seen = IntStream.range(0, 1000)
                .parallel()
                .mapToObj(i -> instances.of(target(1, "m", true)))
                .distinct()
                .toList();
        assertEquals(1, seen.size());
        assertEquals(1, made.get());
    }

    private static Target target(int ordinal, String model, boolean defaultModel) {
        var key = new PoolKey(new KeySlot(GROQ, ordinal), new QuotaGroup(GROQ, "g"), "c0ffee00");
        return new Target(key, new ModelId(model), defaultModel);
    }
}

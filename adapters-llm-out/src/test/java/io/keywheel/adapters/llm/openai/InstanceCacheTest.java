package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.keywheel.contract.Calls;
import io.keywheel.domain.routing.ModelId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceCacheTest {

    private final AtomicInteger made = new AtomicInteger();
    private final InstanceCache<Object> instances = new InstanceCache<>(target -> {
        made.incrementAndGet();
        return new Object();
    });

    @Test
    void default_model_instance_is_cached_per_key() {
        assertSame(instances.of(TestCalls.target(1)), instances.of(TestCalls.target(1)));
        assertNotSame(instances.of(TestCalls.target(1)), instances.of(TestCalls.target(2)));
        assertEquals(2, made.get());
    }

    @Test
    void named_model_gets_a_new_instance_per_request() {
        assertNotSame(instances.of(TestCalls.named(1, "m")), instances.of(TestCalls.named(1, "m")));
        assertNotSame(instances.of(TestCalls.target(1)), instances.of(TestCalls.named(1, "m")));
        assertEquals(4, made.get());
    }

    @Test
    void changed_default_model_gets_a_new_instance() {
        Object old = instances.of(TestCalls.target(1));
        assertNotSame(old, instances.of(Calls.target(TestCalls.GROQ, 1, new ModelId("n"), true)));
    }

    @Test
    void concurrent_requests_create_one_instance() {
        List<Object> seen = IntStream.range(0, 1000)
                .parallel()
                .mapToObj(i -> instances.of(TestCalls.target(1)))
                .distinct()
                .toList();
        assertEquals(1, seen.size());
        assertEquals(1, made.get());
    }
}

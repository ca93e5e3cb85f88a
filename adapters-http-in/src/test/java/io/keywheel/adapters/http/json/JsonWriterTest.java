package io.keywheel.adapters.http.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import org.junit.jupiter.api.Test;

class JsonWriterTest {

    @Test
    void what_is_needed_to_write_is_left_to_other_threads() {
        JsonRecyclerPools.sharedConcurrentDequePool().clear();

        JsonWriter.written(json -> json.writeNumberField("a", 1));
        JsonWriter.bytes(JsonWriter.object().put("a", 1));

        assertEquals(1, JsonRecyclerPools.sharedConcurrentDequePool().pooledCount());
    }
}

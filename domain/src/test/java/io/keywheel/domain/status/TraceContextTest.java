package io.keywheel.domain.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceContextTest {

    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

    @Test
    void ids_are_parts_of_the_header() {
        var context = new TraceContext(PARENT + "01", "");

        assertEquals("0af7651916cd43dd8448eb211c80319c", context.traceId());
        assertEquals("b7ad6b7169203331", context.spanId());
    }

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, false", "03, true", "0b, true", "f0, false"})
    void last_bit_says_whether_the_trace_is_kept(String flags, boolean sampled) {
        assertEquals(sampled, new TraceContext(PARENT + flags, "").isSampled());
    }

    @Test
    void headers_are_found_by_name() {
        var context = new TraceContext(PARENT + "01", "vendor=1");

        assertEquals(PARENT + "01", context.header("traceparent"));
        assertEquals("vendor=1", context.header("tracestate"));
        assertNull(context.header("host"));
        assertNull(new TraceContext(PARENT + "01", "").header("tracestate"));
    }

    @Test
    void other_lengths_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new TraceContext(PARENT + "1", ""));
    }
}

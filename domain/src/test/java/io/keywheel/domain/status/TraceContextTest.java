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
    void trace_and_span_ids_are_read_from_traceparent() {
        var context = new TraceContext(PARENT + "01", "");

        assertEquals("0af7651916cd43dd8448eb211c80319c", context.traceId());
        assertEquals("b7ad6b7169203331", context.spanId());
    }

    @ParameterizedTest
    @CsvSource({"00, false", "01, true", "02, false", "03, true", "0b, true", "f0, false"})
    void last_flag_bit_marks_the_trace_as_sampled(String flags, boolean sampled) {
        assertEquals(sampled, new TraceContext(PARENT + flags, "").isSampled());
    }

    @Test
    void trace_headers_are_found_by_name() {
        var context = new TraceContext(PARENT + "01", "vendor=1");

        assertEquals(PARENT + "01", context.header("traceparent"));
        assertEquals("vendor=1", context.header("tracestate"));
        assertNull(context.header("host"));
        assertNull(new TraceContext(PARENT + "01", "").header("tracestate"));
    }

    @Test
    void traceparent_of_another_length_is_rejected() {
        assertThrows(IllegalArgumentException.class, () -> new TraceContext(PARENT + "1", ""));
    }
}

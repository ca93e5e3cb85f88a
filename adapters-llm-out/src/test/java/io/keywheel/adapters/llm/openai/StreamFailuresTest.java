package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// What may go wrong in a stream, and whom it is told to.
@Timeout(30)
@ParameterizedClass
@ValueSource(strings = {"jdk", "helidon"})
class StreamFailuresTest extends StreamFixture {

    @Test
    void a_stream_cut_before_its_first_content_is_unavailable() {
        assertEquals(Kind.UNAVAILABLE, failed(exchange -> exchange.stream(ROLE)).kind());
    }

    @Test
    void a_stream_cut_after_content_is_interrupted() {
        assertEquals(
                new Failure.Interrupted("the stream ended before the answer did"),
                failed(exchange -> exchange.stream(ROLE, HELLO)));
    }

    @Test
    void a_connection_lost_after_content_is_interrupted() {
        assertEquals(new Failure.Interrupted("the answer broke off"), failed(exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            exchange.close();
        }));
    }

    @Test
    void an_error_event_before_content_is_read_like_a_refusal() {
        var failure = failed(exchange -> {
            exchange.openStream();
            exchange.event(ROLE);
            exchange.chunk("event: error\ndata: {\"error\":{\"message\":\"Tool call validation failed\",\"type\":"
                    + "\"invalid_request_error\",\"code\":\"tool_use_failed\",\"failed_generation\":\"{}\","
                    + "\"status_code\":400}}\n\n");
            exchange.endStream();
        });
        assertEquals(
                400, assertInstanceOf(Failure.Rejected.class, failure).refusal().status());
    }

    @Test
    void an_error_event_may_be_flat() {
        assertEquals(new Failure.Overloaded("busy", null), failed(exchange -> {
            exchange.openStream();
            exchange.chunk("event: error\ndata: {\"message\":\"busy\",\"type\":\"too_many_requests_error\","
                    + "\"param\":\"queue\",\"code\":\"queue_exceeded\"}\n\n");
            exchange.endStream();
        }));
    }

    @Test
    void an_error_event_after_content_is_interrupted() {
        assertEquals(new Failure.Interrupted("Service Unavailable"), failed(exchange -> {
            exchange.openStream();
            exchange.event(HELLO);
            exchange.chunk("event: error\ndata: Service Unavailable\n\n");
            exchange.endStream();
        }));
    }

    @Test
    void reads_the_errors_of_both_providers_in_a_stream() {
        assertEquals(
                Kind.OVERLOADED,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"busy\",\"code\":\"queue_exceeded\"},"
                                + "\"status_code\":429}"))
                        .kind());
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream("{\"choices\":[],\"x_groq\":{\"error\":\"stopped early\"}}"))
                        .kind());
        assertEquals(
                Kind.RATE_LIMITED,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"m\",\"type\":\"rate_limit_error\"}}"))
                        .kind());
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream("{\"error\":{\"message\":\"m\"},\"status_code\":0}"))
                        .kind());
    }

    @Test
    void an_event_that_is_no_json_means_that_something_is_lost() {
        assertEquals(
                Kind.UNAVAILABLE,
                failed(exchange -> exchange.stream(ROLE, "{\"choi", HELLO, STOP))
                        .kind());
        assertEquals(
                Kind.INTERRUPTED,
                failed(exchange -> exchange.stream(HELLO, "{\"choi", STOP)).kind());
    }
}

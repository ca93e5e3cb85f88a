package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.status.PoolEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompositeChatEventsTest {

    /// With an error, as of a program that lacks a class of its log format.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void listener_whose_logger_fails_does_not_fail_the_request(boolean isError) {
        Logger logger = Logger.getLogger("io.keywheel.gateway");
        Thread test = Thread.currentThread();
        logger.setFilter(_ -> {
            if (Thread.currentThread() == test) {
                fail(isError);
            }
            return true;
        });
        try {
            CompositeChatEvents.attempt(() -> fail(isError));
        } finally {
            logger.setFilter(null);
        }
    }

    private static void fail(boolean isError) {
        if (isError) {
            throw new NoClassDefFoundError("a log format");
        }
        throw new IllegalStateException("the log is closed");
    }

    @Test
    void throwing_listener_does_not_hide_events_from_others() {
        PoolEvent poolEvent = new PoolEvent.Recovered(new Scope.OfProvider(new ProviderId("groq")));
        var heard = new ArrayList<PoolEvent>();
        var compositeChatEvents = new CompositeChatEvents(List.of(
                _ -> {
                    throw new IllegalStateException("a bug");
                },
                heard::add));

        compositeChatEvents.changed(poolEvent);

        assertEquals(List.of(poolEvent), heard);
    }
}

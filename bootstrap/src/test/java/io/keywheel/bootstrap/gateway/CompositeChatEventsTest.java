package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatStart;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.domain.chat.Sampling;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.status.PoolEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CompositeChatEventsTest {

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

    @Test
    void begun_returns_the_trace_of_the_first_working_tracer() {
        var start = new ChatStart(null, null, "auto", Sampling.DEFAULT, false);
        var trace = new ChatTrace() {};
        var compositeChatEvents = new CompositeChatEvents(List.of(
                _ -> {},
                beginning(_ -> {
                    throw new IllegalStateException("a bug");
                }),
                beginning(_ -> trace)));

        assertSame(trace, compositeChatEvents.begun(start));
        assertSame(ChatTrace.NONE, new CompositeChatEvents(List.of(_ -> {})).begun(start));
    }

    private static ChatEvents beginning(Function<ChatStart, ChatTrace> beginning) {
        return new ChatEvents() {
            @Override
            public void changed(PoolEvent poolEvent) {}

            @Override
            public ChatTrace begun(ChatStart start) {
                return beginning.apply(start);
            }
        };
    }
}

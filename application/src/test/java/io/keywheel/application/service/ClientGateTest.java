package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;

import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ClientRefusedException;
import io.keywheel.application.port.out.ChatEvents;
import io.keywheel.application.port.out.ChatTrace;
import io.keywheel.application.port.out.RuntimeServices;
import io.keywheel.application.port.out.UsageStore;
import io.keywheel.domain.client.ClientLimit;
import io.keywheel.domain.client.ClientRule;
import io.keywheel.domain.client.ClientRules;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Changes of the rules while a request is admitted.
class ClientGateTest {

    private static final ClientRules TWO_PER_DAY = new ClientRules(
            Map.of("alice", new ClientRule(Map.of(ClientLimit.REQUESTS_PER_DAY, 2L), List.of(), false)),
            ClientRule.UNLIMITED);

    private static final ChatCommand ALICES = TestGateway.anyModel().withClient("alice");

    private final TestTime time = new TestTime();
    private final RuntimeServices services = new RuntimeServices(
            time,
            this::wallTime,
            time,
            () -> 0.5,
            Runnable::run,
            mock(ChatEvents.class),
            _ -> ChatTrace.NONE,
            String::hashCode);
    private final UsageService usage = new UsageService(services, UsageStore.NONE, 1);
    private final ClientGate gate = new ClientGate(TWO_PER_DAY, services, usage, null);

    /// Runs once, when the gate next reads the time.
    private Runnable atNextReading = () -> {};

    private Instant wallTime(Instant moment) {
        Runnable once = atNextReading;
        atNextReading = () -> {};
        once.run();
        return moment;
    }

    @Test
    void usage_without_limits_counts_once_they_return_after_an_overlapping_request() {
        atNextReading = () -> gate.change(ClientRules.NONE);
        gate.admit(ALICES, 0).close();
        usage.ended(UsageServiceTest.request("one", "alice", true));
        usage.ended(UsageServiceTest.request("two", "alice", true));

        gate.change(TWO_PER_DAY);

        assertThrows(ClientRefusedException.class, () -> gate.admit(ALICES, 0));
    }
}

package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.SharedState;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A gateway that comes back to its store reads all that it missed.
@Timeout(60)
class SharedBacklogTest {

    /// A log of which a test is the only writer.
    private static final class Log implements SharedState {

        final AtomicReference<Consumer<List<Fact>>> learned = new AtomicReference<>(_ -> {});

        @Override
        public void listen(Consumer<List<Fact>> listener) {
            learned.set(listener);
        }

        @Override
        public void publish(List<Fact> facts) {}

        @Override
        public boolean claim(Fact.Called call) {
            return false;
        }

        @Override
        public Duration probeLease() {
            return Duration.ZERO;
        }

        @Override
        public Status status() {
            return Status.CONNECTED;
        }

        @Override
        public void close() {}
    }

    @Test
    void requests_go_on_while_many_facts_are_taken_in() throws Exception {
        var log = new Log();
        var time = new TestTime();
        var facts = new ArrayList<Fact>();
        var groq = new ProviderId("groq");
        try (var gateway = new TestGateway(TestGateway.LIMITS, 1, time, log)) {
            String key = gateway.gateway
                    .status()
                    .status()
                    .providers()
                    .getFirst()
                    .keys()
                    .getFirst()
                    .key()
                    .fingerprint();
            var asked = new Fact.Asked(groq, key, new ModelId("openai/gpt-oss-120b"));
            Instant now = time.instant();
            for (int i = 0; i < 20_000; i++) {
                facts.add(new Fact.CooledDown(
                        asked,
                        Scope.Kind.GROUP_MODEL,
                        Failure.Kind.RATE_LIMITED,
                        now.minusMillis(20_000 - i),
                        now.plusMillis(i),
                        0,
                        false));
            }
            var begun = new CountDownLatch(1);
            var isOver = new AtomicBoolean();
            Thread reader = Thread.ofPlatform().start(() -> {
                begun.countDown();
                log.learned.get().accept(facts);
                isOver.set(true);
            });

            begun.await();
            int went = 0;
            while (!isOver.get()) {
                // Some have been taken in where the key cools down.
                went += gateway.gateway
                                .status()
                                .overview()
                                .providers()
                                .getFirst()
                                .canAnswer()
                        ? 0
                        : 1;
            }
            reader.join();
            assertTrue(went > 30, went + " went while facts were taken in");
        }
    }
}

package io.keywheel.application.service;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.sharing.Fact;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A gateway that reconnects to its store reads all missed facts.
class SharedBacklogTest {

    @Test
    void status_is_available_while_20_000_facts_are_learned() throws Exception {
        var log = new SharedLog();
        var time = new TestTime();
        var facts = new ArrayList<Fact>();
        var groq = new ProviderId("groq");
        try (var gateway = new TestGateway(TestGateway.LIMITS, 1, time, log.port())) {
            String key = gateway.firstKey().key().fingerprint();
            var callTarget = new Fact.CallTarget(groq, key, new ModelId("openai/gpt-oss-120b"));
            Instant now = time.instant();
            for (int i = 0; i < 20_000; i++) {
                facts.add(new Fact.CooledDown(
                        callTarget,
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
                log.published(facts);
                isOver.set(true);
            });

            begun.await();
            int went = 0;
            while (!isOver.get()) {
                // The key cools down once the first facts are learned.
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

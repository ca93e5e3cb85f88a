package io.keywheel.application.service;

import static io.keywheel.application.service.TestGateway.GROQ;
import static io.keywheel.application.service.TestGateway.groqs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.in.Answer;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.RateLimitStatus;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ConcurrencyTest {

    private static final int KEYS = 5;

    @AutoClose
    private final TestGateway test = new TestGateway(TestGateway.LIMITS, KEYS);

    @ParameterizedTest(name = "{0} requests, {1} keys cooling")
    @CsvSource({"500, 0", "500, 1", "200, 1"})
    void concurrent_requests_spread_evenly_over_ready_keys(int requests, int cooling) {
        if (cooling > 0) {
            test.groq.fails(new KeySlot(GROQ, 1), limited());
            test.gateway.chats().chat(groqs("m"));
        }

        Map<KeySlot, Long> shares = shares(askAll(requests));

        assertEquals(KEYS - cooling, shares.size());
        assertTrue(Collections.max(shares.values()) - Collections.min(shares.values()) <= 2, shares::toString);
    }

    private List<Answer> askAll(int requests) {
        var all = new CountDownLatch(requests);
        List<CompletableFuture<Answer>> futures = IntStream.range(0, requests)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> askWhenAllAreThere(all), test.threads))
                .toList();
        return futures.stream().map(CompletableFuture::join).toList();
    }

    private Answer askWhenAllAreThere(CountDownLatch all) {
        all.countDown();
        try {
            all.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return test.gateway.chats().chat(groqs("m"));
    }

    private static Map<KeySlot, Long> shares(List<Answer> answers) {
        return answers.stream()
                .map(answer -> answer.serving().target().key().slot())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private static Failure limited() {
        return new Failure.RateLimited("limited", Duration.ofMinutes(1), RateLimitStatus.UNKNOWN);
    }
}

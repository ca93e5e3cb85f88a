package io.keywheel.bootstrap.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.bootstrap.adapters.ProviderSetup;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.UnopenedProvider;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.PoolKey;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.ProviderProfile;
import io.keywheel.domain.routing.QuotaGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class RunningPoolTest {

    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch firstAsked = new CountDownLatch(1);
    private final CountDownLatch secondAsked = new CountDownLatch(1);

    /// Of its ports, only the first is refused the models.
    private final class Counted implements LlmProvider {

        @Override
        public ProviderId id() {
            return new ProviderId("acme");
        }

        @Override
        public ProviderDefaults defaults() {
            return new ProviderDefaults(null, null, List.of(), false);
        }

        @Override
        public LlmPort open(ProviderSettings settings) {
            return new Port(opened.incrementAndGet());
        }
    }

    private final class Port implements LlmPort {

        private final int number;

        private Port(int number) {
            this.number = number;
        }

        @Override
        public LlmReply complete(LlmCall call) {
            return new LlmReply.Failed(new Failure.Cancelled());
        }

        @Override
        public LlmReply stream(LlmCall call, ChunkSink sink) {
            return new LlmReply.Failed(new Failure.Cancelled());
        }

        @Override
        public ModelsReply models(KeySlot key, Duration timeLeft) {
            (number == 1 ? firstAsked : secondAsked).countDown();
            return new ModelsReply.Failed(new Failure.KeyRefused("no"));
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    /// An adapter that breaks in the worst way.
    private static final class Broken implements LlmProvider {

        @Override
        public ProviderId id() {
            return new ProviderId("broken");
        }

        @Override
        public ProviderDefaults defaults() {
            return new ProviderDefaults(null, null, List.of(), false);
        }

        @Override
        public LlmPort open(ProviderSettings settings) {
            throw new InternalError();
        }
    }

    private static ProviderSetup setup(LlmProvider adapter, String key) {
        ProviderId id = adapter.id();
        var known = new PoolKey(new KeySlot(id, 1), new QuotaGroup(id, "#" + key), key);
        return new ProviderSetup(
                adapter,
                new ProviderProfile(id, new ModelId("m"), List.of(known)),
                new ProviderSettings(
                        id,
                        "http://localhost:1",
                        List.of(new ApiKey(key, key)),
                        new Timeouts(A_SECOND, A_SECOND, A_SECOND),
                        Map.of()));
    }

    private static Settings settings(ProviderSetup... providers) {
        Settings some = Settings.read(Map.of("GROQ_API_KEYS", "k"), UnopenedProvider.THREE)
                .settings()
                .orElseThrow();
        return new Settings(
                List.of(providers),
                some.catalog(),
                some.listener(),
                some.clients(),
                some.usage(),
                some.sharedState(),
                some.traces(),
                some.limits(),
                some.log(),
                some.drainTimeout(),
                some.requireRestart(),
                some.texts());
    }

    @Test
    void models_are_asked_for_with_keys_that_take_the_place_of_bad_ones() throws Exception {
        try (var pool = RunningPool.open(settings(setup(new Counted(), "a")))) {
            pool.keepModelsFresh();
            firstAsked.await();

            pool.become(settings(setup(new Counted(), "b")));

            secondAsked.await();
        }
    }

    @Test
    void what_was_opened_is_closed_where_another_adapter_breaks() {
        try (var pool = RunningPool.open(settings(setup(new Counted(), "a")))) {
            Settings worse = settings(setup(new Counted(), "b"), setup(new Broken(), "c"));

            assertThrows(InternalError.class, () -> pool.become(worse));

            assertEquals(List.of(2, 1), List.of(opened.get(), closed.get()));
        }
        assertEquals(2, closed.get());
    }

    @Test
    void one_that_is_closed_takes_no_other_settings() {
        var pool = RunningPool.open(settings(setup(new Counted(), "a")));
        pool.close();

        assertThrows(BadSettingsException.class, () -> pool.become(settings(setup(new Counted(), "b"))));

        assertEquals(List.of(1, 1), List.of(opened.get(), closed.get()));
    }
}

package io.keywheel.bootstrap.gateway;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.keywheel.application.port.in.BadSettingsException;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmProvider;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderDefaults;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.bootstrap.Environment;
import io.keywheel.bootstrap.e2e.World;
import io.keywheel.bootstrap.settings.Settings;
import io.keywheel.bootstrap.settings.SettingsReport;
import io.keywheel.bootstrap.settings.UnopenedProvider;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayRuntimeTest {

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch firstAsked = new CountDownLatch(1);
    private final CountDownLatch secondAsked = new CountDownLatch(1);

    private record Provider(String name, Supplier<LlmPort> port) implements LlmProvider {

        @Override
        public ProviderId id() {
            return new ProviderId(name);
        }

        @Override
        public ProviderDefaults defaults() {
            return new ProviderDefaults("http://localhost:1", new ModelId("m"), List.of(), false);
        }

        @Override
        public LlmPort open(ProviderSettings settings) {
            return port.get();
        }
    }

    private final LlmProvider counted = new Provider("acme", () -> new Port(opened.incrementAndGet()));

    /// An adapter whose `open` throws an error.
    private final LlmProvider broken = new Provider("broken", () -> {
        throw new InternalError();
    });

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

    private static Settings settings(String key, LlmProvider... providers) {
        return settings(key, null, providers);
    }

    /// @param data null for none
    private static Settings settings(String key, @Nullable Path data, LlmProvider... providers) {
        var names = Stream.of(providers).map(provider -> provider.id().value());
        var variables = Environment.of(
                "KEYWHEEL_PROVIDERS=" + names.collect(joining(",")),
                "KEYWHEEL_DATA=" + (data == null ? "" : data),
                "ACME_API_KEYS=" + key,
                "BROKEN_API_KEYS=" + key);
        return World.settings(Settings.read(variables, UnopenedProvider.adapters(providers)));
    }

    @Test
    void replaced_keys_trigger_a_new_model_list_request() throws Exception {
        try (var runtime = GatewayRuntime.open(settings("a", counted))) {
            runtime.keepModelsFresh();
            firstAsked.await();

            runtime.apply(settings("b", counted));

            secondAsked.await();
        }
    }

    @Test
    void failing_adapter_closes_the_ports_opened_before() {
        try (var runtime = GatewayRuntime.open(settings("a", counted))) {
            Settings worse = settings("b", counted, broken);

            assertThrows(InternalError.class, () -> runtime.apply(worse));

            assertEquals(List.of(2, 1), List.of(opened.get(), closed.get()));
        }
        assertEquals(2, closed.get());
    }

    @Test
    void failed_open_closes_all_ports_and_the_usage_file(@TempDir Path data) throws IOException {
        Path file = Files.write(data.resolve("usage.db"), new byte[5000]);
        Settings unreadable = settings("a", data, counted);

        assertThrows(BadSettingsException.class, () -> GatewayRuntime.open(unreadable));

        assertEquals(opened.get(), closed.get());
        Files.delete(file);
        assertThrows(InternalError.class, () -> GatewayRuntime.open(settings("a", data, broken)));
        GatewayRuntime.open(settings("a", data, counted)).close();
    }

    @Test
    void closed_runtime_refuses_new_settings() {
        var runtime = GatewayRuntime.open(settings("a", counted));
        runtime.close();

        assertThrows(BadSettingsException.class, () -> runtime.apply(settings("b", counted)));

        assertEquals(List.of(1, 1), List.of(opened.get(), closed.get()));
    }

    @Test
    void tokens_of_an_early_reload_are_passed_on_later() {
        var variables =
                Environment.of("KEYWHEEL_PROVIDERS=acme", "ACME_API_KEYS=a", "KEYWHEEL_ACCESS_TOKENS=new=token");
        SettingsReport changed = Settings.read(variables, UnopenedProvider.adapters(counted));
        var passed = new ArrayList<Map<String, String>>();
        Settings atStart = settings("a", counted);
        try (var runtime = GatewayRuntime.open(atStart)) {
            var reload = new Reload(atStart, () -> changed, runtime);
            reload.reload();

            reload.onTokens(passed::add);
        }

        assertEquals(List.of(World.settings(changed).listener().tokens().clients()), passed);
    }
}

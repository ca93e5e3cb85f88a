package io.keywheel.benchmarks;

import io.keywheel.adapters.http.openai.OpenAiRequest;
import io.keywheel.adapters.http.request.StrictJson;
import io.keywheel.adapters.llm.groq.Groq;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.benchmarks.KeyPoolBenchmark.ChatPath;
import io.keywheel.contract.Calls;
import io.keywheel.domain.client.BudgetCheck;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.status.PoolEvent;
import io.keywheel.domain.usage.RequestRecord;
import io.keywheel.process.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// `./keywheel bench hot`: the steps of each request and each chunk. A separate process sends the answers, which
/// Java's client receives.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 10, time = 1)
@State(Scope.Thread)
public class HotPathBenchmark {

    private static final int CHUNKS = 50;

    private static final byte[] REQUEST = """
            {"model": "groq/openai/gpt-oss-20b", "temperature": 0.7, "max_tokens": 256, "stream": true, "messages": [
             {"role": "system", "content": "You are a helpful assistant."},
             {"role": "user", "content": "Tell me a short story about a fox and a dog, in three sentences, please."}]}""".getBytes(StandardCharsets.UTF_8);

    /// A pool that selects a key and gets the outcome.
    @State(Scope.Thread)
    public static class Pool {
        private final BusyPool pool = new BusyPool(ChatPath.B, 100, 1);
    }

    @State(Scope.Thread)
    public static class Provider {

        private @Nullable JavaProcess upstream;
        private @Nullable LlmPort port;

        @Setup(Level.Trial)
        public void start() throws IOException {
            JavaProcess started = Servers.upstream();
            var groq = new Groq();
            upstream = started;
            port = groq.open(Calls.settings(groq.id(), started.address() + "/v1", "a-key-of-a-benchmark"));
        }

        private LlmPort port() {
            return Objects.requireNonNull(port);
        }

        private LlmCall call(String model) {
            OpenAiRequest request = OpenAiRequest.read(StrictJson.object(REQUEST));
            return new LlmCall(
                    Calls.target(new Groq().id(), 1, new ModelId(model), false),
                    request.command().conversation(),
                    request.command().sampling(),
                    request.command().extras(),
                    Calls.LONG,
                    0);
        }

        @TearDown(Level.Trial)
        public void stop() {
            port().close();
            Objects.requireNonNull(upstream).close();
        }
    }

    @Benchmark
    public BudgetCheck clientLimits(BusyClient client) {
        return client.request();
    }

    @Benchmark
    public RequestRecord clientUsage(BusyClient client) {
        return client.ended();
    }

    @Benchmark
    public List<PoolEvent> chooseKey(Pool state) {
        return state.pool.answered(state.pool.attempt());
    }

    @Benchmark
    public OpenAiRequest readRequest() {
        return OpenAiRequest.read(StrictJson.object(REQUEST));
    }

    @Benchmark
    public LlmReply wholeAnswer(Provider state) {
        return state.port().complete(state.call("whole-300"));
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public LlmReply relayChunk(Provider state, Blackhole sink) {
        return state.port().stream(state.call("stream-" + CHUNKS), sink::consume);
    }
}

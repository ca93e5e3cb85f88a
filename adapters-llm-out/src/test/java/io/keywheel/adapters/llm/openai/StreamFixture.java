package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.failover.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.Parameter;

/// Shared by stream tests: a scripted server and the outcome, over either transport.
abstract class StreamFixture {

    static final String ROLE = RecordedAnswers.groqChunk("{\"role\":\"assistant\",\"content\":\"\"}", "null", "");
    static final String HELLO = RecordedAnswers.groqChunk("{\"content\":\"Hello\"}", "null", "");
    static final String STOP = RecordedAnswers.groqChunk("{}", "\"stop\"", "");
    static final Duration SHORT = Duration.ofMillis(300);
    static final Duration LONG = Duration.ofSeconds(20);

    @Parameter
    String transport = "jdk";

    final List<Chunk> chunks = new ArrayList<>();

    final Completion answered(WireServer.Script script) {
        return assertInstanceOf(LlmReply.Answered.class, reply(script, TestCalls.PATIENT, LONG))
                .completion();
    }

    final Failure failed(WireServer.Script script) {
        return failed(script, TestCalls.PATIENT, LONG);
    }

    final Failure failed(WireServer.Script script, Timeouts timeouts, Duration timeLeft) {
        return assertInstanceOf(LlmReply.Failed.class, reply(script, timeouts, timeLeft))
                .failure();
    }

    final LlmReply reply(WireServer.Script script, Timeouts timeouts, Duration timeLeft) {
        try (var server = WireServer.start(script);
                LlmPort port = open(server, timeouts)) {
            return port.stream(TestCalls.hello(timeLeft), chunks::add);
        }
    }

    final LlmPort open(WireServer server, Timeouts timeouts) {
        return Dialect.OPENAI.open(TestCalls.settings(server.baseUrl(), timeouts, transport));
    }
}

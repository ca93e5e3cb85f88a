package io.keywheel.adapters.llm.openai;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.WireServer;
import io.keywheel.domain.failover.Failure;
import java.util.function.Function;

/// A provider that answers as each test says, and a port to it that the tests of a class share.
final class ScriptedProvider implements AutoCloseable {

    private volatile WireServer.Script script = exchange -> exchange.json(500, "{}");
    final WireServer server = WireServer.start(exchange -> script.serve(exchange));
    private final LlmPort port = Dialect.OPENAI.open(TestCalls.settings(server.baseUrl()));

    /// What `call` returns if the provider answers by `answers`.
    <T> T ask(WireServer.Script answers, Function<LlmPort, T> call) {
        script = answers;
        return call.apply(port);
    }

    /// The failure of a whole answer.
    Failure failure(WireServer.Script answers) {
        LlmReply reply = ask(answers, port -> port.complete(TestCalls.hello()));
        return assertInstanceOf(LlmReply.Failed.class, reply).failure();
    }

    @Override
    public void close() {
        port.close();
        server.close();
    }
}

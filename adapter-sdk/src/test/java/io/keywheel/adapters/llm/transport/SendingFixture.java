package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.transport.Transport.Request;
import io.keywheel.adapters.llm.transport.Transport.Response;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.failover.Failure;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;

/// Makes requests, and reads their answers.
interface SendingFixture {

    Duration SOON = Duration.ofMillis(300);
    Duration LONG = Duration.ofSeconds(20);

    default AttemptDeadline deadlineIn(Duration duration) {
        return AttemptDeadline.forAnswer(new Timeouts(duration, duration, duration), LONG);
    }

    default boolean isTimeout(TransportException failure) {
        return failure.failure(deadlineIn(LONG)) instanceof Failure.TimedOut;
    }

    default String text(Response response) throws TransportException, InterruptedException {
        return new String(
                response.body().whole(deadlineIn(LONG), 1 << 20, new AnswerMemory().share()), StandardCharsets.UTF_8);
    }

    default Request request(URI uri, String body) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("User-Agent", "Keywheel/0.1.0");
        headers.put("Authorization", "Bearer x");
        return new Request(uri, headers, body.getBytes(StandardCharsets.UTF_8));
    }
}

package io.keywheel.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.contract.AdapterUnderTest.Form;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.Chunk.ToolCallPart;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.chat.Extras;
import io.keywheel.domain.chat.ToolCall;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An adapter that is connected to a scripted server.
final class AdapterFixture implements AutoCloseable {

    final WireServer server;
    final LlmPort port;
    private final LlmCall hello;

    final List<Chunk> chunks = new CopyOnWriteArrayList<>();

    /// @param hello the call of [#ask(Form)]
    AdapterFixture(WireServer server, LlmPort port, LlmCall hello) {
        this.server = server;
        this.port = port;
        this.hello = hello;
    }

    String text() {
        return chunks.stream().map(Chunk::text).collect(Collectors.joining());
    }

    List<ToolCallPart> parts() {
        return chunks.stream()
                .flatMap(chunk -> chunk.pieces().stream())
                .flatMap(piece -> piece.delta().toolCalls().stream())
                .toList();
    }

    Content joined() {
        String reasoning = chunks.stream().map(Chunk::reasoning).collect(Collectors.joining());
        var calls =
                parts().stream().collect(Collectors.groupingBy(ToolCallPart::index, TreeMap::new, Collectors.toList()));
        return new Content(
                text(),
                reasoning.isEmpty() ? null : reasoning,
                calls.values().stream()
                        .map(parts -> new ToolCall(
                                joined(parts, ToolCallPart::id),
                                joined(parts, ToolCallPart::name),
                                joined(parts, ToolCallPart::arguments)))
                        .toList(),
                Extras.NONE);
    }

    private static String joined(List<ToolCallPart> parts, Function<ToolCallPart, @Nullable String> fragment) {
        return parts.stream().map(fragment).filter(Objects::nonNull).collect(Collectors.joining());
    }

    LlmReply ask(Form form) {
        return ask(form, hello);
    }

    LlmReply ask(Form form, LlmCall call) {
        return form.ask(port, call, chunks::add);
    }

    /// Asks for a stream, and runs `onContent` after each chunk with content.
    LlmReply stream(Runnable onContent) {
        return port.stream(hello, chunk -> {
            chunks.add(chunk);
            if (chunk.carriesContent()) {
                onContent.run();
            }
        });
    }

    /// The only request so far; fails if there are more or none.
    WireExchange request() {
        assertEquals(1, server.exchanges().size(), "requests");
        return server.exchanges().getFirst();
    }

    /// Checks that the body of the only request contains these texts in order.
    ///
    /// @param advice appended to the message about a missing text
    void assertSent(String advice, String... texts) {
        String body = request().body();
        int from = 0;
        for (String text : texts) {
            int at = body.indexOf(text, from);
            assertTrue(at >= 0, () -> "'" + text + "' is not where it should be in " + body + advice);
            from = at + text.length();
        }
    }

    @Override
    public void close() {
        port.close();
        server.close();
    }
}

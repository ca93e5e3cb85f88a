package io.keywheel.adapters.http.server;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.routing.ModelId;
import java.util.Collection;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Runs chats while their clients are connected, and sends the answers.
public record ChatRunner(ChatUseCase chats, BodyReader bodyReader, ErrorSender errorSender) {

    private static final int MOST_DROPPED = 50;
    private static final int LONGEST_DROPPED = 64;

    /// Replaced, so that client input cannot end the header. An empty type is replaced, too.
    private static final Pattern UNSAFE_CHARACTER = Pattern.compile("[^A-Za-z0-9_.-]|^$");

    /// A parsed request, and the functions of its API that write the answer.
    ///
    /// @param stream whether the answer is sent as events
    /// @param dropped the types of tools or items that no provider receives, as the client wrote them
    public record ParsedChat(
            ChatCommand command,
            boolean stream,
            Collection<String> dropped,
            Function<Answer, byte[]> whole,
            BiFunction<SseStream, ModelId, StreamedAnswer> streamed) {}

    public Handler handler(Function<ObjectNode, ParsedChat> reader) {
        return (request, response) -> {
            ObjectNode body = bodyReader.json(request);
            RequestContext.current().takeSlot();
            ParsedChat parsedChat = reader.apply(body);
            setDroppedHeader(response, parsedChat.dropped());
            if (parsedChat.stream()) {
                stream(request, response, parsedChat);
                return;
            }
            Answer answer = answer(parsedChat.command(), chats::chat);
            HttpResponses.setServedByHeaders(response, answer.servedBy());
            HttpResponses.send(request, response, parsedChat.whole().apply(answer));
        };
    }

    private static void setDroppedHeader(ServerResponse response, Collection<String> types) {
        if (types.isEmpty()) {
            return;
        }
        String names = types.stream()
                .limit(MOST_DROPPED)
                .map(type -> type.substring(0, Math.min(type.length(), LONGEST_DROPPED)))
                .map(type -> UNSAFE_CHARACTER.matcher(type).replaceAll("_"))
                .collect(joining(", "));
        response.header(HttpResponses.DROPPED, names);
    }

    private static Answer answer(ChatCommand command, Function<ChatCommand, Answer> chat) {
        RequestContext requestContext = RequestContext.current();
        requestContext.requestedModel(command.selection());
        ChatCommand inContext = requestContext.withContext(command);
        ClientConnection connection = ClientConnection.current();
        Answer answer =
                requestContext.cancellation().during(() -> connection.whileConnected(() -> chat.apply(inContext)));
        requestContext.answered(answer);
        return answer;
    }

    /// Sends the whole stream. A failure before the serving key is known is thrown, and so is a first event that is
    /// refused for lack of memory. Any other failure is sent as an event.
    private void stream(ServerRequest request, ServerResponse response, ParsedChat parsedChat) {
        RequestContext.current().markStreaming();
        var events = new SseStream(response);
        var sink = new Sink(response, events, parsedChat);
        try {
            Answer answer = answer(parsedChat.command(), inContext -> chats.chatStream(inContext, sink));
            sink.streamed().end(answer);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            boolean isCommitted = events.hasBegun() || (sink.streamed != null && !(e instanceof RefusedException));
            if (e instanceof ServerConnectionException
                    || !isCommitted
                    || ClientConnection.current().isGone()) {
                throw e;
            }
            errorSender.send(request, e, sink.streamed()::fail);
        } finally {
            events.stopPings();
        }
        events.close();
    }

    /// Begins the answer when the serving key is known. A cancellation does not interrupt the sending of a chunk.
    private static final class Sink implements AnswerSink {

        private final ServerResponse response;
        private final SseStream events;
        private final ParsedChat parsedChat;
        private final Cancellation cancellation = RequestContext.current().cancellation();
        private @Nullable StreamedAnswer streamed;

        Sink(ServerResponse response, SseStream events, ParsedChat parsedChat) {
            this.response = response;
            this.events = events;
            this.parsedChat = parsedChat;
        }

        @Override
        public void open(ServedBy servedBy) {
            streamed = parsedChat.streamed().apply(events, servedBy.target().model());
            RequestContext.current().served(servedBy);
            HttpResponses.setServedByHeaders(response, servedBy);
            streamed.begin();
        }

        @Override
        public void accept(Chunk chunk) {
            accept(chunk, false);
        }

        @Override
        public void accept(Chunk chunk, boolean more) {
            cancellation.withoutInterrupt(() -> {
                streamed().accept(chunk);
                if (!more) {
                    events.flush();
                }
            });
        }

        StreamedAnswer streamed() {
            return requireNonNull(streamed, "the use case sent a chunk before it opened the stream");
        }
    }
}

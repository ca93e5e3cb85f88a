package io.keywheel.adapters.http.server;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.AnswerSink;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.application.port.in.ChatUseCase;
import io.keywheel.application.port.in.ServedBy;
import io.keywheel.domain.chat.Chunk;
import java.util.Collection;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Has chats answered for as long as their clients are there, and sends the answers.
public record ChatRunner(ChatUseCase chats, BodyReader bodyReader, ErrorSender errorSender) {

    private static final int MOST_LEFT_OUT = 50;
    private static final int LONGEST_LEFT_OUT = 64;

    /// What a client wrote must not end the header.
    private static final Pattern NO_WORD = Pattern.compile("[^A-Za-z0-9_.-]");

    /// A request that its API has read, and how that API writes the answer.
    ///
    /// @param stream whether the answer is to come in events
    /// @param leftOut types of tools or items that no provider gets, as the client wrote them
    public record Asked(
            ChatCommand command,
            boolean stream,
            Collection<String> leftOut,
            Function<Answer, byte[]> whole,
            Function<SseStream, StreamedAnswer> streamed) {}

    /// Answers chats that `reader` reads.
    public Handler answering(Function<ObjectNode, Asked> reader) {
        return (request, response) -> {
            Asked asked = reader.apply(bodyReader.json(request));
            nameLeftOut(response, asked.leftOut());
            if (asked.stream()) {
                RequestContext.current().streams();
                var events = new SseStream(response);
                try {
                    stream(request, asked.command(), events, asked.streamed().apply(events));
                } finally {
                    events.stopPings();
                }
            } else {
                Answer answer = answer(asked.command(), chats::chat);
                Responses.name(response, answer.serving());
                Responses.send(request, response, Status.OK_200, asked.whole().apply(answer));
            }
        };
    }

    private static void nameLeftOut(ServerResponse response, Collection<String> types) {
        String names = types.stream()
                .limit(MOST_LEFT_OUT)
                .map(type -> type.substring(0, Math.min(type.length(), LONGEST_LEFT_OUT)))
                .map(type -> NO_WORD.matcher(type).replaceAll("_"))
                .collect(joining(", "));
        if (!names.isEmpty()) {
            response.header(Responses.DROPPED, names);
        }
    }

    /// Fails as a chat would before any key is chosen.
    public void check(ChatCommand command) {
        chats.check(RequestContext.current().named(command));
    }

    private static Answer answer(ChatCommand command, Function<ChatCommand, Answer> chat) {
        RequestContext requestContext = RequestContext.current();
        requestContext.asks(command.selection());
        Answer answer = requestContext
                .cancellation()
                .during(() ->
                        ClientConnection.current().whileConnected(() -> chat.apply(requestContext.named(command))));
        requestContext.answered(answer);
        return answer;
    }

    /// To its end. A failure before the first event is thrown; a later one is sent as an event.
    private void stream(ServerRequest request, ChatCommand command, SseStream events, StreamedAnswer streamed) {
        try {
            Answer answer = answer(command, named -> chats.chatStream(named, uninterrupted(streamed)));
            if (!events.isOpen()) {
                streamed.open(answer.serving());
            }
            streamed.end(answer);
            // Here, where a refusal for want of memory can still be sent as an event.
            events.flush();
        } catch (ClientGoneException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!events.isOpen() || ClientConnection.current().isGone()) {
                throw e;
            }
            ErrorFormat format = errorSender.formatFor(request);
            ErrorResponse error = errorSender.errorOf(e, format);
            RequestContext.current().failed(error);
            streamed.fail(error, format.body(error, RequestContext.current().id()));
        }
        events.close();
    }

    private static AnswerSink uninterrupted(StreamedAnswer streamed) {
        Cancellation cancellation = RequestContext.current().cancellation();
        return new AnswerSink() {
            @Override
            public void open(ServedBy servedBy) {
                streamed.open(servedBy);
            }

            @Override
            public void accept(Chunk chunk) {
                accept(chunk, false);
            }

            @Override
            public void accept(Chunk chunk, boolean more) {
                cancellation.except(() -> streamed.accept(chunk, more));
            }
        };
    }
}

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/**
 * Asks two questions at once over one socket and prints what comes. Run it with any Java from 17 on:
 * java docs/examples/WebSocketChat.java ws://127.0.0.1:8080/api/chat/ws
 * Where the gateway wants an access token, write it behind the address.
 */
public class WebSocketChat {

    public static void main(String[] args) throws InterruptedException {
        String address = args.length > 0 ? args[0] : "ws://127.0.0.1:8080/api/chat/ws";
        CountDownLatch answers = new CountDownLatch(2);
        WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
        if (args.length > 1) {
            builder.header("Authorization", "Bearer " + args[1]);
        }
        WebSocket socket = builder.buildAsync(URI.create(address), new Printer(answers)).join();
        socket.sendText("{\"id\": \"a\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}", true).join();
        socket.sendText("{\"id\": \"b\", \"messages\": [{\"role\": \"user\", \"content\": \"Good day\"}]}", true).join();
        answers.await();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    private static final class Printer implements WebSocket.Listener {

        private final CountDownLatch answers;
        private final StringBuilder frame = new StringBuilder();

        Printer(CountDownLatch answers) {
            this.answers = answers;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            frame.append(part);
            if (last) {
                System.out.println(frame);
                if (!frame.toString().contains("\"type\":\"chunk\"")) {
                    answers.countDown();
                }
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}

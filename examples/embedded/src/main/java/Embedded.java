import io.keywheel.application.port.in.Answer;
import io.keywheel.application.port.in.ChatCommand;
import io.keywheel.bootstrap.embedding.Keywheel;
import io.keywheel.domain.chat.Conversation;
import io.keywheel.domain.chat.Message;
import java.util.concurrent.CompletableFuture;

/// The four forms of a chat, without a gateway: the keys are those of the environment.
public class Embedded {

    public static void main(String[] questions) {
        var command = ChatCommand.of(Conversation.of(Message.user(String.join(" ", questions))));
        try (Keywheel keywheel = Keywheel.open(System.getenv())) {
            Answer whole = keywheel.chats().chat(command);
            tell("chat", whole.completion().text(), whole);

            var words = new StringBuilder();
            Answer streamed = keywheel.chats().chatStream(command, chunk -> words.append(chunk.text()));
            tell("chatStream", words, streamed);

            CompletableFuture<Answer> later = keywheel.chats().chatAsync(command);
            var laterWords = new StringBuffer();
            CompletableFuture<Answer> laterStreamed =
                    keywheel.chats().chatStreamAsync(command, chunk -> laterWords.append(chunk.text()));
            tell("chatAsync", later.join().completion().text(), later.join());
            tell("chatStreamAsync", laterWords, laterStreamed.join());
        }
    }

    private static void tell(String form, CharSequence words, Answer answer) {
        System.out.println(form + ": " + words + " (" + answer.servedBy().target().key().slot() + ")");
    }
}

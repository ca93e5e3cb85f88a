/// Puts the gateway together and runs it.
module io.keywheel.bootstrap {
    requires static transitive org.jspecify;
    requires io.github.cdimascio.dotenv.java;
    requires io.keywheel.application;

    uses io.keywheel.application.port.out.LlmProvider;
}

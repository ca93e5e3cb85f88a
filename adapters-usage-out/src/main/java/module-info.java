/// Usage that survives a restart.
@SuppressWarnings("requires-automatic") // MVStore has no module descriptor, but a stable automatic module name.
module io.keywheel.adapters.usage {
    requires static transitive org.jspecify;
    requires com.h2database.mvstore;
    requires transitive io.keywheel.application;

    exports io.keywheel.adapters.usage;
}

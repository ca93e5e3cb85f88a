/// The LLM adapters of the module path and of jars in a folder.
@NullMarked
package io.keywheel.bootstrap.adapters;

import org.jspecify.annotations.NullMarked;

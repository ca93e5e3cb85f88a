/// Loading of LLM adapters from the module path and from jars in a folder.
@NullMarked
package io.keywheel.bootstrap.adapters;

import org.jspecify.annotations.NullMarked;

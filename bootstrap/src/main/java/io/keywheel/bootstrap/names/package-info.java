/// Who is asked for the names of hosts.
@NullMarked
package io.keywheel.bootstrap.names;

import org.jspecify.annotations.NullMarked;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/** A node of a cluster on 127.0.0.1, with modules that are on the class path. */
public final class TestNode extends Node {
    /** 3.x names the modules XModulePlugin and takes descriptions, 2.x names them XPlugin and takes classes. */
    private static final boolean DESCRIBED = Version.CURRENT.major >= 3;
    private static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4",
        "org.opensearch.analysis.common.CommonAnalysis",
        "org.opensearch.index.reindex.Reindex");

    @SuppressWarnings({"unchecked", "rawtypes"}) // the collection is of other elements in 2.x
    private TestNode(Settings settings) throws ClassNotFoundException {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "node"), (Collection) modules(), true);
    }

    private static List<Object> modules() throws ClassNotFoundException {
        var modules = new ArrayList<Object>();
        for (var module : MODULES) {
            var name = module + (DESCRIBED ? "ModulePlugin" : "Plugin");
            modules.add(DESCRIBED
                ? new PluginInfo(name, "module", "1", Version.CURRENT, "1.8", name, null, List.of(), false)
                : Class.forName(name));
        }
        return modules;
    }

    /**
     * Run nodes of a cluster until standard input ends: java TestNode FOLDER WHICH HTTP:TRANSPORT... [KEY=VALUE...]
     * There are as many nodes as pairs of ports; WHICH is the number of the one to run here, or "all".
     */
    public static void main(String[] args) throws Exception {
        var ports = new ArrayList<String[]>();
        var more = Settings.builder();
        for (int i = 2; i < args.length; i++) {
            var pair = args[i].split("=", 2);
            if (pair.length == 2) more.put(pair[0], pair[1]);
            else ports.add(args[i].split(":"));
        }
        var names = new ArrayList<String>();
        var seeds = new ArrayList<String>();
        for (var pair : ports) {
            names.add("node-" + names.size());
            seeds.add("127.0.0.1:" + pair[1]);
        }
        for (int i = 0; i < names.size(); i++) {
            if (!args[1].equals("all") && Integer.parseInt(args[1]) != i) continue;
            var node = new TestNode(Settings.builder()
                .put("cluster.name", "danvan-search-tests").put("node.name", names.get(i))
                .put("path.home", args[0] + "/" + names.get(i))
                .put("network.host", "127.0.0.1").put("http.type", "netty4").put("transport.type", "netty4")
                .put("http.port", ports.get(i)[0]).put("transport.port", ports.get(i)[1])
                .putList("discovery.seed_hosts", seeds).putList("cluster.initial_cluster_manager_nodes", names)
                .put("cluster.routing.allocation.disk.threshold_enabled", false)
                .put(more.build()).build());
            // A node waits for a manager, which takes most of them: they start side by side.
            new Thread(() -> startOrEnd(node)).start();
        }
        endWithInput();
    }

    private static void startOrEnd(Node node) {
        try {
            node.start();
        } catch (Exception failure) {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** The input is a pipe of the tests: it ends when they close it, and also when they are killed. */
    private static void endWithInput() {
        try {
            while (System.in.read() >= 0) { }
        } catch (java.io.IOException ended) {
            // as if it had ended
        }
        Runtime.getRuntime().halt(0);
    }
}

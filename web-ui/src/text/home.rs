//! The first page.

use super::catalogue;

catalogue! {
    /// Words of the first page.
    pub enum Home {
        Title => "本室的开标场次", "Openings in this room";
        Subtitle => "任何人都可以旁听大厅；投标人、主持人、授权人请从各自的入口进入。", "Anybody may follow in the hall; bidders, host and officers have their own doors.";
        Empty => "今天还没有场次", "No session yet";
        EmptyNote => "主持人导入签名的招标包以后，场次会出现在这里。", "Sessions appear here when the host has imported a signed tender package.";
        OpeningAt => "开标时间", "Opening";
        Enter => "进入大厅", "Enter the hall";
        Bid => "投标人入口", "Bidder's door";
        Wall => "大屏", "Wall screen";
        Console => "主持人控制台", "Host's console";
        Officer => "授权人", "Officer";
        Roles => "按角色进入（演练）", "By role (drill)";
        RolesNote => "演练时，一个人可以在不同的标签页里扮演不同的人。每个标签页各自登录。", "In a drill one person can play several people, each in a tab of its own with its own sign-in.";
        ImportTitle => "导入招标包", "Import a tender package";
        ImportHint => "选择代理机构签名的招标包文件。签名、证书和内容都会先核对，不符就不导入。", "Choose the package signed by the agency. Signature, certificate and content are checked first; if they do not fit, nothing is imported.";
        ImportChoose => "选择招标包", "Choose package";
        ImportRun => "核对并导入", "Check and import";
        Importing => "正在核对…", "Checking…";
        Imported { number: String } => "已导入 {number}，本室已生成密钥并公布证书。", "{number} is imported; the room made its keys and published its certificate.";
        RoleHost => "主持人", "Host";
        RoleSupervisor => "监督人员，授权人", "Supervisor, officer";
        RoleTenderer => "招标人代表，授权人", "Tenderer's representative, officer";
        RoleBidder => "投标人", "Bidder";
        RoleOfficer => "主持人以授权人身份授权", "the host as an officer";
    }
}

//! What a return code means for the holder: a handful of cases, each with what to do.

/// What a return code means for the holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// The device was pulled or lost its connection.
    Removed,
    /// The device or its library failed, without saying why.
    Broken,
    /// The device did not answer in time.
    Slow,
    /// The device or its library does not offer this.
    Unsupported,
    /// Library and configuration do not fit each other: handles, parameters, lengths.
    Misfit,
    /// The device's computation failed or its input was refused.
    Computation,
    /// Something that a lock should hold is not in it: application, container, key, certificate, file.
    Missing,
    /// The device is full, or something exists already.
    Full,
    /// PIN or login.
    Pin,
    /// Another program uses the device.
    Busy,
}

impl Meaning {
    /// What happened, in Chinese.
    pub(super) const fn zh(self) -> &'static str {
        match self {
            Self::Removed => "已被拔出或接触不良",
            Self::Broken => "没有完成操作，也没有说明原因",
            Self::Slow => "没有在规定时间内应答",
            Self::Unsupported => "或其驱动不支持这项操作",
            Self::Misfit => "的驱动与本机的配置不匹配",
            Self::Computation => "未能完成运算",
            Self::Missing => "中缺少所需的应用、容器、密钥或证书",
            Self::Full => "的存储空间已满，或内容已存在",
            Self::Pin => "的登录状态不符合要求",
            Self::Busy => "正被其他程序占用",
        }
    }

    /// What to do, in Chinese.
    pub(super) const fn advice_zh(self) -> &'static str {
        match self {
            Self::Removed => "请重新插好锁，再试一次",
            Self::Broken | Self::Slow => "请拔下锁，换一个 USB 接口重新插入，再试一次；仍不行请改用另一把锁",
            Self::Unsupported => "请到发锁机构升级驱动，或改用另一把锁",
            Self::Misfit => "这不是锁或操作的问题；请把“详情”交给技术人员核对锁的驱动和配置文件",
            Self::Computation => "请再试一次；仍不行请改用另一把锁，并把“详情”交给发锁机构",
            Self::Missing => "请到发锁机构核对这把锁是否已写入签名证书和加密证书，或改用另一把锁",
            Self::Full => "请到发锁机构处理",
            Self::Pin => "请重新输入 PIN",
            Self::Busy => "请关闭其他使用这把锁的程序，再试一次",
        }
    }

    /// What happened, in English.
    pub(super) const fn en(self) -> &'static str {
        match self {
            Self::Removed => "was removed or lost its connection",
            Self::Broken => "did not finish and did not say why",
            Self::Slow => "did not answer in time",
            Self::Unsupported => "or its driver does not support this",
            Self::Misfit => "has a driver that does not fit the configuration of this computer",
            Self::Computation => "could not finish the computation",
            Self::Missing => "lacks the application, container, key or certificate that is needed",
            Self::Full => "is full, or what should be written exists already",
            Self::Pin => "is not logged in as needed",
            Self::Busy => "is in use by another program",
        }
    }

    /// What to do, in English.
    pub(super) const fn advice_en(self) -> &'static str {
        match self {
            Self::Removed => "plug the lock in again and try again",
            Self::Broken | Self::Slow => {
                "pull the lock, plug it into another USB port and try again; if that does not help use your other lock"
            }
            Self::Unsupported => "have the issuer update the driver, or use your other lock",
            Self::Misfit => {
                "the lock is not to blame; give the details to whoever maintains the driver and its configuration file"
            }
            Self::Computation => {
                "try again; if that does not help use your other lock and give the details to the issuer"
            }
            Self::Missing => {
                "have the issuer check that both certificates were written, or use your other lock"
            }
            Self::Full => "see the issuer",
            Self::Pin => "enter the PIN again",
            Self::Busy => "close other programs that use the lock and try again",
        }
    }
}
